"""The one parser: everything that a clerk types, pastes or sends."""

from datetime import date, datetime
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.reporting.rules.parsing import Answer, ParsedCell, cell_text, parse_cell, split_block
from indicators.standards.rounding import format_number

THOUSANDS = "千分位不对，应每三位一组，如 12,345"


@pytest.mark.parametrize("raw", ["", " ", "\t", "\u3000", "\u200b", "\ufeff \u00a0", "\r\n", "'"])
@pytest.mark.parametrize("measure", ["t", "是否"])
def test_a_blank_is_a_blank(raw: str, measure: str) -> None:
    assert parse_cell(raw, measure, 1) == ParsedCell(raw, Answer.BLANK)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12.5", "12.5"),
        ("１２．５", "12.5"),
        ("＋１２", "12"),
        ("0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("1.2000", "1.2"),
        ("'12", "12"),
        ("\u200b12\u00a0", "12"),
        ("\u202d12.5\u202c", "12.5"),
        ("12\r\n", "12"),
        # thousands marks in their right places
        ("1,234.5", "1234.5"),
        ("1，234．5", "1234.5"),
        ("1 234", "1234"),
        ("1\u2009234\u2009567.5", "1234567.5"),
        ("1\u202f234", "1234"),
        ("1\u3000234", "1234"),
        ("1'234'567", "1234567"),
        ("1’234", "1234"),
        # the element's own unit behind the number
        ("12.5t", "12.5"),
        ("12.5 T", "12.5"),
        ("12.5吨", "12.5"),
        ("１２．５ｔ", "12.5"),
        # the largest that Decimal(20, 6) holds
        ("99999999999999", "99999999999999"),
        ("99,999,999,999,999.9", "99999999999999.9"),
        ("0000000000000000000001", "1"),
    ],
)
def test_numbers_as_people_write_them(raw: str, expected: str) -> None:
    assert parse_cell(raw, "t", 1) == ParsedCell(raw, Answer.VALUE, Decimal(expected))


@pytest.mark.parametrize(
    ("raw", "measure", "precision", "expected", "note"),
    [
        ("1.2万", "t", 1, "12000", "按 12\u2009000 保存"),
        ("1.2 万", "起", 0, "12000", "按 12\u2009000 保存"),
        ("1.25万吨", "t", 1, "12500", "按 12\u2009500 保存"),
        ("12.5万t", "t", 1, "125000", "按 125\u2009000 保存"),
        ("3亿", "t", 1, "300000000", "按 300\u2009000\u2009000 保存"),
        ("1.5万亿", "t", 1, "1500000000000", "按 1\u2009500\u2009000\u2009000\u2009000 保存"),
        ("1.2E+05", "t", 1, "120000", "按 120\u2009000 保存；科学计数法可能丢了尾数，请核对"),
        ("1e5", "t", 1, "100000", "按 100\u2009000 保存；科学计数法可能丢了尾数，请核对"),
        ("5E-01", "t", 1, "0.5", "按 0.5 保存；科学计数法可能丢了尾数，请核对"),
        ("−0", "t", 1, "0", "负零记作 0"),
        ("-0.00", "t", 1, "0", "负零记作 0"),
        ("－０", "t", 1, "0", "负零记作 0"),
        ("12。5", "t", 1, "12.5", "把“。”当作小数点"),
        ("3万元", "万元", 2, "3", None),
        ("12.5万t", "万t", 2, "12.5", None),
        ("12.5 万吨", "万t", 2, "12.5", None),
        ("3万立方米", "万m³", 2, "3", None),
        ("3万m3", "万m³", 2, "3", None),
        ("3 ㎡/人", "m²/人", 2, "3", None),
        ("2.5㎢", "km²", 2, "2.5", None),
        ("85%", "%", 0, "85", None),
        ("８５％", "%", 0, "85", None),
        ("85", "%", 0, "85", None),
        ("3起", "起", 0, "3", None),
        ("7", "", 0, "7", None),
    ],
)
def test_units_and_scales(raw: str, measure: str, precision: int, expected: str, note: str | None) -> None:
    assert parse_cell(raw, measure, precision) == ParsedCell(raw, Answer.VALUE, Decimal(expected), note=note)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ("abc", "“abc”不是数字"),
        ("NaN", "“NaN”不是数字"),
        ("5\ue0006", "“6”不是本项的单位“t”，请换算后只填数字"),  # a private sign may stand for a digit
        ("\U0010ffff7", "“7”不是数字"),
        ("inf", "“inf”不是数字"),
        ("-Infinity", "“-Infinity”不是数字"),
        ("∞", "“∞”不是数字"),
        ("约12", "“约12”不是数字"),
        ("--5", "“--5”不是数字"),
        ("5-", "“5-”不是数字"),
        ("½", "“½”不是数字"),
        ("①", "“①”不是数字"),
        ("10²", "“10²”不是数字"),
        ("١٢", "“١٢”不是数字"),
        ("1.234,5", "“1.234,5”不是数字"),
        ("x" * 30, "“xxxxxxxxxxxxxxxxxxxx…”不是数字"),
        ("9" * 201, "内容太长，最多 200 个字符"),
        ("不适用：" + "长" * 200, "内容太长，最多 200 个字符"),
        ("1,2,3", f"“1,2,3”{THOUSANDS}"),
        ("1,23", f"“1,23”{THOUSANDS}"),
        ("1,2345", f"“1,2345”{THOUSANDS}"),
        ("12 5", f"“12 5”{THOUSANDS}"),
        ("1234,567", f"“1234,567”{THOUSANDS}"),
        ("0,123", f"“0,123”{THOUSANDS}"),
        ("1,,234", f"“1,,234”{THOUSANDS}"),
        (",234", f"“,234”{THOUSANDS}"),
        ("1,234 567", f"“1,234 567”{THOUSANDS}"),
        ("1.2.3", "“1.2.3”小数点多于一个"),
        ("85%", "本项按“t”填报，不能填百分数"),
        ("85％", "本项按“t”填报，不能填百分数"),
        ("5‰", "本项按“t”填报，不能填百分数"),
        ("3千", "“千”不是本项的单位“t”，请换算后只填数字"),
        ("12kg", "“kg”不是本项的单位“t”，请换算后只填数字"),
        ("12万元", "“万元”不是本项的单位“t”，请换算后只填数字"),
        ("12左右", "“左右”不是本项的单位“t”，请换算后只填数字"),
        ("-1", "不能为负数"),
        ("−1.5", "不能为负数"),
        ("－１", "不能为负数"),
        ("1e400", "数太大，整数部分最多 14 位"),
        ("1e999999999999", "数太大，整数部分最多 14 位"),
        ("1E+14", "数太大，整数部分最多 14 位"),
        ("100000000000000", "数太大，整数部分最多 14 位"),
        ("100万亿", "数太大，整数部分最多 14 位"),
        ("1e-400", "数太小，请写出完整的小数"),
        ("1e3万", "科学计数法后面不能再写“万”“亿”，请写出完整的数"),
        ("1.25", "最多 1 位小数"),
        ("1.200001", "最多 1 位小数"),
        ("1.234567万", "最多 1 位小数"),
        ("—", "“—”意思不明，请改选“尚未有数”“无”或“不适用”"),
        ("-", "“-”意思不明，请改选“尚未有数”“无”或“不适用”"),
        ("——", "“——”意思不明，请改选“尚未有数”“无”或“不适用”"),
        ("/", "“/”意思不明，请改选“尚未有数”“无”或“不适用”"),
        ("2017-05-31", "“2017-05-31”像是日期，不是数字"),
        ("5/6", "“5/6”像是日期，不是数字"),
        ("5月1日", "“5月1日”像是日期，不是数字"),
        ("(12)", "“(12)”带括号，请直接写数字，负数前加“-”"),
        ("#DIV/0!", "“#DIV/0!”是表格里的公式错误或列宽不够，请填数字"),
        ("#N/A", "“#N/A”是表格里的公式错误或列宽不够，请填数字"),
        ("########", "“########”是表格里的公式错误或列宽不够，请填数字"),
        ("=A1+B1", "不能填公式，请填计算结果"),
        ("十二", "“十二”请改用阿拉伯数字"),
    ],
)
def test_what_cannot_be_read_says_why(raw: str, error: str) -> None:
    assert parse_cell(raw, "t", 1) == ParsedCell(raw, Answer.BLANK, error=error)
    assert not parse_cell(raw, "t", 1).ok


@pytest.mark.parametrize(
    ("raw", "measure", "error"),
    [
        ("3万", "万元", "本项按“万元”填报，请直接填以万元为单位的数"),
        ("3亿", "万元", "本项按“万元”填报，请直接填以万元为单位的数"),
        ("3亿元", "万元", "本项按“万元”填报，请直接填以万元为单位的数"),
        ("3万万元", "万元", "本项按“万元”填报，请直接填以万元为单位的数"),
        ("30000元", "万元", "“元”不是本项的单位“万元”，请换算后只填数字"),
        ("3m³", "万m³", "“m³”不是本项的单位“万m³”，请换算后只填数字"),
        ("85%%", "%", "“%%”不是本项的单位“%”，请换算后只填数字"),
        ("3件", "起", "“件”不是本项的单位“起”，请换算后只填数字"),
        ("3件", "", "“件”不是本项的单位，请换算后只填数字"),
        ("3%", "", "本项不能填百分数"),
        ("1.5", "起", "只能填整数"),
    ],
)
def test_ambiguous_units_are_refused(raw: str, measure: str, error: str) -> None:
    assert parse_cell(raw, measure, 0) == ParsedCell(raw, Answer.BLANK, error=error)


@pytest.mark.parametrize(("raw", "expected"), [("-1.5", "-1.5"), ("− 3", "-3"), ("－1,234", "-1234")])
def test_negative_where_it_is_allowed(raw: str, expected: str) -> None:
    assert parse_cell(raw, "t", 1, negative_allowed=True) == ParsedCell(raw, Answer.VALUE, Decimal(expected))


@pytest.mark.parametrize("raw", ["无", " 零 ", "没有", "无。"])
def test_none_is_a_confirmed_zero(raw: str) -> None:
    assert parse_cell(raw, "起", 0) == ParsedCell(raw, Answer.NONE, Decimal(0), note="记作 0（无）")


@pytest.mark.parametrize("raw", ["尚未有数", "尚无", "尚未", "暂无数据", "未报"])
def test_not_yet_has_no_number(raw: str) -> None:
    assert parse_cell(raw, "起", 0) == ParsedCell(raw, Answer.NOT_YET)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("不适用：本区无此类企业，已核实", "本区无此类企业，已核实"),
        ("不适用，停产", "停产"),
        ("不适用（全年停产）", "全年停产"),
        ("不适用因停产", "因停产"),
        ("不适用：" + "长" * 190, "长" * 190),
    ],
)
def test_not_applicable_brings_its_reason(raw: str, reason: str) -> None:
    assert parse_cell(raw, "t", 1) == ParsedCell(raw, Answer.NOT_APPLICABLE, reason=reason)


def test_not_applicable_without_a_reason_asks_for_one() -> None:
    expected = ParsedCell("不适用", Answer.NOT_APPLICABLE, note="请写明不适用的原因")
    assert parse_cell("不适用", "t", 1) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *[(raw, 1) for raw in ("是", "达标", "合格", "1", "１", "√", "Yes")],
        *[(raw, 0) for raw in ("否", "不达标", "不合格", "0", "０", "×", "no")],
    ],
)
def test_yes_and_no(raw: str, expected: int) -> None:
    assert parse_cell(raw, "是否", 0) == ParsedCell(raw, Answer.VALUE, Decimal(expected))


@pytest.mark.parametrize("raw", ["2", "无", "-1", "基本达标", "1.5"])
def test_neither_yes_nor_no(raw: str) -> None:
    assert parse_cell(raw, "是否", 0) == ParsedCell(raw, Answer.BLANK, error=f"“{raw}”不是“是”或“否”")


# Properties --------------------------------------------------------------------------------------------

storable = st.decimals(min_value=0, max_value=Decimal("99999999999999.999999"), places=6)


@given(st.text(max_size=60), st.sampled_from(["t", "万元", "%", "是否", "", "m²/人"]), st.integers(0, 6))
@example("1" * 5000, "t", 0)
@example("1e" + "9" * 150, "t", 0)
@example("0." + "0" * 190 + "1", "t", 6)
def test_any_text_is_answered(raw: str, measure: str, precision: int) -> None:
    cell = parse_cell(raw, measure, precision)
    assert cell.raw == raw
    assert (cell.value is not None) == (cell.answer in {Answer.VALUE, Answer.NONE})
    if cell.error is not None:
        assert (cell.answer, cell.note) == (Answer.BLANK, None)
        assert len(cell.error) < 80
    if cell.value is not None:
        assert 0 <= cell.value < 10**14
        assert -int(cell.value.as_tuple().exponent) <= precision


numeric_text = st.text(alphabet="0123456789.,-+eE %万亿t１２．，－ \u2009'", max_size=30)


@given(numeric_text)
def test_any_number_like_text_is_answered(raw: str) -> None:
    cell = parse_cell(raw, "t", 2)
    if cell.value is not None:
        assert cell.value == parse_cell(format_number(cell.value), "t", 2).value


@given(storable)
def test_every_way_of_writing_gives_the_same_number(value: Decimal) -> None:
    plain = f"{value:f}"
    full_width = plain.translate({ord(a): ord(a) + 0xFEE0 for a in "0123456789."})
    ways = [
        plain,
        full_width,
        f"{value:,f}",
        format_number(value),
        f"{value:,f}".replace(",", " "),
        f"{plain} t",
    ]
    assert {parse_cell(way, "t", 6).value for way in ways} == {value}


@given(st.integers(0, 10**9), st.integers(0, 4))
def test_ten_thousands_are_exact(mantissa: int, decimals: int) -> None:
    number = Decimal(mantissa).scaleb(-decimals)
    assert parse_cell(f"{number:f}万", "t", 0).value == number * 10000


@given(st.integers(1, 10**13), st.sampled_from([",", " ", "'", "\u2009"]), st.data())
def test_a_mark_in_a_wrong_place_is_refused(number: int, mark: str, data: st.DataObject) -> None:
    digits = str(number)
    if len(digits) < 2:
        return
    at = data.draw(st.integers(1, len(digits) - 1))
    cell = parse_cell(digits[:at] + mark + digits[at:], "t", 0)
    if len(digits) - at == 3 and at <= 3:
        assert cell.value == number
    else:
        assert cell.error is not None
        assert cell.error.endswith(THOUSANDS)


def test_hostile_text_is_read_quickly() -> None:
    began = process_time()
    for raw in (
        "1," * 100_000,
        "不适用" + " " * 100_000,
        "(" * 100_000,
        "9" * 100_000,
        "1 " * 90,
        '"' * 100_000,
    ):
        parse_cell(raw, "t", 0)
    split_block('"a\t' * 20_000)
    split_block('"' * 100_001)
    assert process_time() - began < 3


# Workbooks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (0.1 + 0.2, "0.3"),
        (85.0, "85"),
        (1e21, "1000000000000000000000"),
        (1e300, "1e+300"),
        (float("nan"), "nan"),
        (12, "12"),
        (Decimal("12.500"), "12.5"),
        (True, "是"),
        (False, "否"),
        ("１２", "１２"),
        (date(2017, 5, 1), "2017-05-01"),
        (datetime(2017, 5, 1), "2017-05-01"),
        (datetime(2017, 5, 1, 8, 30), "2017-05-01 08:30:00"),
    ],
)
def test_workbook_cells_become_text(value: object, expected: str) -> None:
    assert cell_text(value) == expected


@given(st.integers(0, 10**11), st.integers(0, 3))
def test_a_float_from_a_workbook_reads_as_shown(mantissa: int, decimals: int) -> None:
    number = Decimal(mantissa).scaleb(-decimals)
    assert parse_cell(cell_text(float(number)), "t", 3).value == number


# The clipboard -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("1", [["1"]]),
        ("1\n", [["1"]]),
        ("\n", [[""]]),
        ("1\t2\r\n3\t4\r\n", [["1", "2"], ["3", "4"]]),
        ("1\t2\n3\t4", [["1", "2"], ["3", "4"]]),
        ("1\r2\r", [["1"], ["2"]]),
        ("1\r\n\r\n2\r\n", [["1"], [""], ["2"]]),
        ("1\r\n\r\n", [["1"], [""]]),
        ("1\t\t3\r\n\t2\r\n", [["1", "", "3"], ["", "2"]]),
        ("1\t2\t3\r\n4\r\n", [["1", "2", "3"], ["4"]]),
        ("1\t", [["1", ""]]),
        ('"一\n二"\t3\r\n', [["一\n二", "3"]]),
        ('"他说""好"""\t3', [['他说"好"', "3"]]),
        ('"a\tb"\tc', [["a\tb", "c"]]),
        ('""\t1', [["", "1"]]),
        ('5"\t6', [['5"', "6"]]),
        ('"5\t6\n7', [['"5', "6"], ["7"]]),
        ('"5"x\t6', [['"5"x', "6"]]),
    ],
)
def test_blocks(text: str, rows: list[list[str]]) -> None:
    assert split_block(text) == rows


cell = st.text(alphabet='ab1,"\t\n\r 　万', max_size=6)


def _as_excel_copies(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(ch in value for ch in '"\t\r\n') else value


@given(st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=5))
def test_a_copied_block_comes_back(rows: list[list[str]]) -> None:
    text = "".join("\t".join(map(_as_excel_copies, row)) + "\r\n" for row in rows)
    assert split_block(text) == rows


@given(st.text(alphabet='a"\t\n\r', max_size=40))
def test_no_character_of_a_block_is_lost(text: str) -> None:
    rows = split_block(text)
    assert all(rows)
    assert sum(c.count("a") for row in rows for c in row) == text.count("a")
