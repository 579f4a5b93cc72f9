"""Every check of the four, as a table: what a sound piece says, and what each fault makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from archives.checks.rules.checking import CHECKS, Facts, Rule, findings_of, outcome_of

SOUND = Facts(
    title="关于垃圾处理的通知",
    kind="正式发文",
    first_year=2016,
    year=2017,
    document_number="钟府办发〔2017〕3号",
    issuer="钟山区人民政府",
    dated_on=date(2017, 5, 20),
    pages=2,
    signed_page=2,
    sha256="a" * 64,
    size=100,
    mime="application/pdf",
    found_sha256="a" * 64,
    found_size=100,
    is_read=True,
    read_problem="",
    read_pages=2,
    is_encrypted=False,
    has_script=False,
)


def test_a_sound_piece_passes_everything():
    assert findings_of(SOUND, [Rule(code, "bad", amount=12) for code in CHECKS]) == []


@pytest.mark.parametrize(
    ("code", "change", "sentence"),
    [
        ("hash", {"found_sha256": "b" * 64}, "内容与归档时不同：现为 bbbbbbbbbbbb…，登记的是 aaaaaaaaaaaa…"),
        ("signed", {"signed_page": None}, "没有标明签字或盖章在第几页"),
        ("signed_within", {"signed_page": 3}, "签字盖章页标为第 3 页，文件只有 2 页"),
        ("signed_within", {"mime": "image/jpeg", "pages": 1}, "签字盖章页标为第 2 页，文件只有 1 页"),
        ("period", {"dated_on": date(2015, 12, 31)}, "文件日期 2015-12-31 早于所证明的 2016 年"),
        ("period", {"dated_on": date(2019, 1, 1)}, "文件日期 2019-01-01 晚于所证明的 2017 年超过 12 个月"),
        ("stored", {"found_size": None, "found_sha256": None}, "文件库中没有这个文件"),
        ("size", {"found_size": 99}, "文件大小 99 字节，登记的是 100 字节"),
        ("fields", {"issuer": "", "dated_on": None}, "没有填写责任者、文件日期"),
        ("number", {"document_number": ""}, "没有填写文号"),
        ("pages", {"pages": 3}, "登记 3 页，文件有 2 页"),
        ("read", {"is_read": False}, "文件还没有读取，不知能否打开"),
        ("opens", {"read_problem": "truncated"}, "文件不完整（可能没有传完）"),
        ("opens", {"read_problem": "bomb"}, "解压后过大，不予读取"),
        ("searchable", {"read_problem": "empty"}, "检索不到：没有文字（可能是扫描件）"),
        ("locked", {"read_problem": "encrypted", "is_encrypted": True}, "文件有打开密码"),
        ("locked", {"is_encrypted": True}, "文件有权限密码，将来可能打不开或不能转换"),
        ("script", {"has_script": True}, "文件含有脚本或宏"),
    ],
)
def test_each_fault_is_said(code: str, change: dict[str, object], sentence: str):
    found = findings_of(replace(SOUND, **change), [Rule(code, "bad", amount=12)])
    assert found == [(code, sentence)]


def test_every_check_has_a_fault_above():
    tested = {case.values[0] if hasattr(case, "values") else case[0] for case in _cases()}
    assert tested == set(CHECKS)


def _cases() -> list[tuple[str, object, str]]:
    [mark] = [one for one in test_each_fault_is_said.pytestmark if one.name == "parametrize"]
    return mark.args[1]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("period", {"dated_on": date(2018, 12, 31)}),  # last year's figures, written down the year after
        ("searchable", {"read_problem": "picture", "kind": "图片资料"}),
        ("hash", {"found_sha256": None}),  # missing is another check's
        ("pages", {"pages": 3, "mime": "image/jpeg"}),
        ("opens", {"read_problem": "empty"}),
    ],
)
def test_what_is_no_fault(code: str, change: dict[str, object]):
    assert findings_of(replace(SOUND, **change), [Rule(code, "bad", amount=12)]) == []


def test_a_check_counts_for_its_kinds_and_by_its_severity():
    facts = replace(SOUND, document_number="", has_script=True)
    rules = [Rule("number", "warn", ("正式发文",)), Rule("script", "bad")]
    assert [code for code, _ in findings_of(replace(facts, kind="数据表格"), rules)] == ["script"]
    assert outcome_of(findings_of(facts, rules), rules) == "bad"
    assert outcome_of(findings_of(facts, rules[:1]), rules) == "warn"
    assert outcome_of([], rules) == "ok"
