"""Checks of figures: negatives, ranges, changes, relations, and what stands in the way of a submission."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangmo.periods import Kind
from indicators.reporting.rules.checks import (
    CellRef,
    CheckedCell,
    Finding,
    FindingKind,
    Level,
    Relation,
    Scope,
    change_check,
    check_cell,
    check_report,
    evaluate_relation,
    negative_check,
    range_check,
    unresolved,
)

D = Decimal
CELL = CellRef("i14.produced")


def finding(level: str, kind: str, message: str, rule: str = "", *cells: CellRef) -> Finding:
    return Finding(Level(level), FindingKind(kind), cells or (CELL,), message, rule)


# One cell ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "0", "-0", "0.001", "12"])
def test_no_amount_below_zero_no_finding(value: str | None) -> None:
    assert negative_check(None if value is None else D(value), CELL) is None


def test_a_negative_amount_is_refused() -> None:
    assert negative_check(D("-1234.5"), CELL) == finding(
        "hard", "negative", "不能为负数（现为 \u22121\u2009234.5）"
    )


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (None, "1", "2"),
        ("1", "1", "2"),
        ("2", "1", "2"),
        ("5", "1", None),
        ("-5", None, "1"),
        ("5", None, None),
    ],
)
def test_inside_the_range(value: str | None, low: str | None, high: str | None) -> None:
    figures = [None if text is None else D(text) for text in (value, low, high)]
    assert range_check(*figures, CELL) is None


@pytest.mark.parametrize(
    ("value", "low", "high", "message"),
    [
        ("0.5", "1", "2000", "0.5 超出常见范围（1 至 2\u2009000 万t），请核对或说明原因"),
        ("2000.1", "1", "2000", "2\u2009000.1 超出常见范围（1 至 2\u2009000 万t），请核对或说明原因"),
        ("0", "1", None, "0 超出常见范围（不小于 1 万t），请核对或说明原因"),
        ("1", None, "0", "1 超出常见范围（不大于 0 万t），请核对或说明原因"),
    ],
)
def test_outside_the_range_asks_for_words(
    value: str, low: str | None, high: str | None, message: str
) -> None:
    bounds = [None if text is None else D(text) for text in (low, high)]
    assert range_check(D(value), *bounds, CELL, measure="万t") == finding("explain", "range", message)


@pytest.mark.parametrize(
    ("current", "previous"),
    [(None, "1"), ("1", None), ("130", "100"), ("70", "100"), ("0", "0"), ("100", "100"), ("-13", "-10")],
)
def test_moves_within_thirty_per_cent(current: str | None, previous: str | None) -> None:
    now, before = (None if text is None else D(text) for text in (current, previous))
    assert change_check(now, before, CELL) is None


@pytest.mark.parametrize(
    ("current", "previous", "kind", "message"),
    [
        ("6050", "4380", Kind.MONTH, "比上月高 38%（本月 6\u2009050，上月 4\u2009380），请核对或说明原因"),
        ("130.1", "100", Kind.MONTH, "比上月高 30.1%（本月 130.1，上月 100），请核对或说明原因"),
        (
            "13001",
            "10000",
            Kind.MONTH,
            "比上月高 30.01%（本月 13\u2009001，上月 10\u2009000），请核对或说明原因",
        ),
        ("50", "100", Kind.QUARTER, "比上季低 50%（本季 50，上季 100），请核对或说明原因"),
        ("0", "100", Kind.YEAR, "比上年低 100%（本年 0，上年 100），请核对或说明原因"),
        ("5", "0", Kind.TERM, "上学期为 0，本学期为 5，请核对或说明原因"),
        ("10", "-10", Kind.SURVEY, "比上次高 200%（本次 10，上次 \u221210），请核对或说明原因"),
    ],
)
def test_larger_moves_ask_for_words(current: str, previous: str, kind: Kind, message: str) -> None:
    assert change_check(D(current), D(previous), CELL, period_kind=kind) == finding(
        "explain", "change", message
    )


def test_the_limit_of_change_is_a_setting() -> None:
    assert change_check(D(115), D(100), CELL, limit_pct=10) == finding(
        "explain", "change", "比上月高 15%（本月 115，上月 100），请核对或说明原因"
    )
    assert change_check(D(160), D(100), CELL, limit_pct=60) is None


figures = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(figures, figures, st.integers(0, 200))
def test_change_agrees_with_its_definition(current: Decimal, previous: Decimal, limit: int) -> None:
    found = change_check(current, previous, CELL, limit_pct=limit)
    assert (found is not None) == (abs(current - previous) * 100 > abs(previous) * limit)


# Relations ---------------------------------------------------------------------------------------------

GREEN = Relation("i13.green_cover", "<=", "i13.built_up", Level.HARD)
STOCK = Relation(
    "i20.stock", "=", "previous i20.stock + i20.produced - i20.handled", Level.EXPLAIN, Scope.REPORT
)
NAMES = {
    "i13.green_cover": "绿化覆盖面积",
    "i13.built_up": "建成区面积",
    "i20.stock": "期末贮存量",
    "i20.produced": "产生量",
    "i20.handled": "利用处置量",
}


def test_a_hard_relation_names_both_sides_and_numbers() -> None:
    values = {"i13.green_cover": D("1234.5"), "i13.built_up": D("1200")}
    assert evaluate_relation(GREEN, values, names=NAMES) == finding(
        "hard",
        "relation",
        "绿化覆盖面积（1\u2009234.5）不能大于建成区面积（1\u2009200）",
        "i13.green_cover <= i13.built_up",
        CellRef("i13.green_cover"),
        CellRef("i13.built_up"),
    )


def test_an_explain_relation_reads_the_period_before() -> None:
    values = {"i20.stock": D("5"), "i20.produced": D("2"), "i20.handled": D("1")}
    assert evaluate_relation(STOCK, values, {"i20.stock": D("3")}, names=NAMES) == finding(
        "explain",
        "relation",
        "期末贮存量（5）不等于上月期末贮存量＋产生量－利用处置量（4），请核对或说明原因",
        "i20.stock = previous i20.stock + i20.produced - i20.handled",
        CellRef("i20.stock"),
        CellRef("i20.produced"),
        CellRef("i20.handled"),
    )
    assert evaluate_relation(STOCK, values, {"i20.stock": D("4.000")}, names=NAMES) is None


@pytest.mark.parametrize(
    ("values", "previous"),
    [
        ({}, None),
        ({"i20.stock": D(5), "i20.produced": D(2), "i20.handled": D(1)}, None),
        ({"i20.stock": D(5), "i20.produced": None, "i20.handled": D(1)}, {"i20.stock": D(3)}),
        ({"i20.produced": D(2), "i20.handled": D(1)}, {"i20.stock": D(3)}),
    ],
)
def test_a_missing_input_finds_nothing(
    values: dict[str, Decimal | None], previous: dict[str, Decimal | None] | None
) -> None:
    assert evaluate_relation(STOCK, values, previous, names=NAMES) is None


@pytest.mark.parametrize(
    ("op", "holds", "level", "words"),
    [
        ("<=", {1, 2}, Level.HARD, "甲（3）不能大于乙（2）"),
        ("<", {1}, Level.HARD, "甲（3）应小于乙（2）"),
        (">=", {2, 3}, Level.HARD, "甲（1）不能小于乙（2）"),
        (">", {3}, Level.HARD, "甲（1）应大于乙（2）"),
        ("=", {2}, Level.HARD, "甲（1）应等于乙（2）"),
        ("<=", {1, 2}, Level.EXPLAIN, "甲（3）大于乙（2），请核对或说明原因"),
        ("<", {1}, Level.EXPLAIN, "甲（3）不小于乙（2），请核对或说明原因"),
        (">=", {2, 3}, Level.EXPLAIN, "甲（1）小于乙（2），请核对或说明原因"),
        (">", {3}, Level.EXPLAIN, "甲（1）不大于乙（2），请核对或说明原因"),
        ("=", {2}, Level.EXPLAIN, "甲（1）不等于乙（2），请核对或说明原因"),
    ],
)
def test_every_comparison(op: str, holds: set[int], level: Level, words: str) -> None:
    relation = Relation("a", op, "b", level)
    results = {
        a: evaluate_relation(relation, {"a": D(a), "b": D(2)}, names={"a": "甲", "b": "乙"})
        for a in (1, 2, 3)
    }
    assert {a for a, found in results.items() if found is None} == holds
    assert words in {found.message for found in results.values() if found is not None}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("a", "==", "b", "hard", "report"), "不是有效的关系"),
        (("a", "<=", "b", "fatal", "report"), "不是有效的核对级别"),
        (("a", "<=", "b", "hard", "city"), "不是有效的核对范围"),
        (("a +", "<=", "b", "hard", "report"), "有误：不完整"),
        (("1", "<=", "2", "hard", "report"), "没有用到任何数据项"),
    ],
)
def test_a_relation_that_cannot_be_read_is_refused(
    parts: tuple[str, str, str, str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Relation(*parts)  # type: ignore[arg-type]


def test_levels_and_scopes_may_come_as_text_from_a_row() -> None:
    relation = Relation("a", "<=", "b", "explain", "city year to date")  # type: ignore[arg-type]
    assert relation == Relation("a", "<=", "b", Level.EXPLAIN, Scope.CITY)
    assert relation.level is Level.EXPLAIN


def test_a_quotient_is_shown_with_six_decimals_at_most() -> None:
    found = evaluate_relation(Relation("a / b", "<=", "0.1", Level.EXPLAIN), {"a": D(1), "b": D(3)})
    assert found is not None
    assert found.message == "a÷b（0.333333）大于 0.1，请核对或说明原因"


# A whole report ----------------------------------------------------------------------------------------


def cell(code: str, value: str | None, previous: str | None = None, site: int | None = None) -> CheckedCell:
    return CheckedCell(
        CellRef(code, site),
        code.upper(),
        None if value is None else D(value),
        None if previous is None else D(previous),
        change_limit_pct=None,
    )


def test_one_cell_with_everything() -> None:
    wild = CheckedCell(CELL, "产生量", D(500), D(100), measure="t", low=D(50), high=D(200))
    assert [f.kind for f in check_cell(wild)] == [FindingKind.RANGE, FindingKind.CHANGE]
    below = CheckedCell(CELL, "产生量", D(-5), D(100), low=D(50))
    assert [f.kind for f in check_cell(below)] == [FindingKind.NEGATIVE]
    allowed = CheckedCell(CELL, "产生量", D(-5), D(-5), negative_allowed=True)
    assert check_cell(allowed) == []
    off = CheckedCell(CELL, "产生量", D(500), D(100), change_limit_pct=None)
    assert check_cell(off) == []
    assert check_cell(CheckedCell(CELL, "产生量", None, D(100), low=D(50))) == []


def test_site_relations_are_asked_of_each_site() -> None:
    relation = Relation("done", "<=", "tests", Level.HARD, Scope.SITE)
    cells = [
        cell("tests", "4", site=1),
        cell("done", "5", site=1),
        cell("tests", "9", site=2),
        cell("done", "5", site=2),
    ]
    assert check_report(cells, [relation]) == [
        finding(
            "hard",
            "relation",
            "DONE（5）不能大于TESTS（4）",
            "done <= tests",
            CellRef("tests", 1),
            CellRef("done", 1),
        )
    ]


def test_report_relations_add_up_the_sites() -> None:
    relation = Relation("treated", "<=", "produced", Level.EXPLAIN)
    cells = [cell("produced", "8"), cell("treated", "5", site=1), cell("treated", "4", site=2)]
    (found,) = check_report(cells, [relation])
    assert found.message == "TREATED（9）大于PRODUCED（8），请核对或说明原因"
    assert found.cells == (CellRef("produced"), CellRef("treated", 1), CellRef("treated", 2))
    assert check_report([*cells[:2], cell("treated", None, site=2)], [relation]) == []


def test_previous_figures_reach_relations() -> None:
    relation = Relation("stock", "=", "previous stock + in", Level.EXPLAIN)
    (found,) = check_report([cell("stock", "9", "5"), cell("in", "3")], [relation], Kind.QUARTER)
    assert found.message == "STOCK（9）不等于上季STOCK＋IN（8），请核对或说明原因"


def test_city_relations_and_foreign_elements_are_left_alone() -> None:
    cells = [cell("a", "5"), cell("b", "3")]
    relations = [
        Relation("a", "<=", "b", Level.EXPLAIN, Scope.CITY),
        Relation("a", "<=", "elsewhere", Level.HARD),
    ]
    assert check_report(cells, relations) == []


def test_hard_findings_stand_and_explained_ones_pass() -> None:
    hard = finding("hard", "negative", "不能为负数")
    explain = finding("explain", "relation", "……", "a <= b", CellRef("a"), CellRef("b"))
    assert unresolved([hard, explain], {}) == [hard, explain]
    assert unresolved([hard, explain], {CELL: "有原因", CellRef("b"): "暴雨，调节池满"}) == [hard]
    assert unresolved([explain], {CellRef("a"): "  ", CellRef("c"): "别处"}) == [explain]


def test_keys_do_not_depend_on_the_figures() -> None:
    one = change_check(D(5), D(1), CellRef("a", 7))
    other = change_check(D(9), D(2), CellRef("a", 7))
    assert one is not None
    assert other is not None
    assert one.key == other.key == "change||a@7"


codes = st.sampled_from(["a", "b"])


@given(st.dictionaries(codes, st.none() | figures), st.sampled_from(["<=", "<", ">=", ">", "="]))
def test_a_relation_and_its_mirror_agree(values: dict[str, Decimal | None], op: str) -> None:
    mirror = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "=": "="}[op]
    one = evaluate_relation(Relation("a", op, "b", Level.HARD), values)
    other = evaluate_relation(Relation("b", mirror, "a", Level.HARD), values)
    assert (one is None) == (other is None)
    if values.get("a") is None or values.get("b") is None:
        assert one is None
