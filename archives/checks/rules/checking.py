"""What each check of an accepted piece looks at: real 真实, whole 完整, usable 可用, safe 安全. Pure.

Source: domain.md §9 and DA/T 70-2018 (文书类电子档案检测一般要求), as far as this archive has what it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from archives.texts.rules.problems import ENCRYPTED, MISSING, PROBLEMS, UNUSABLE, WORDLESS

__all__ = ["CHECKS", "Facts", "Rule", "applies", "findings_of", "outcome_of"]

PICTURE_KIND = "图片资料"


@dataclass(frozen=True, slots=True)
class Rule:
    """A check that is on: its code, of which kinds of material (none named: all), its severity `bad` or `warn`."""

    code: str
    severity: str
    kinds: tuple[str, ...] = ()
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a piece and its file. `found_*` is what the store holds now (None: nothing there, or not looked);
    `read_*` what reading the file came to (`is_read` False: not read yet)."""

    title: str
    kind: str
    first_year: int
    year: int
    document_number: str
    issuer: str
    dated_on: date | None
    pages: int | None
    signed_page: int | None
    sha256: str
    size: int
    mime: str
    found_sha256: str | None
    found_size: int | None
    is_read: bool
    read_problem: str
    read_pages: int
    is_encrypted: bool
    has_script: bool


class HasKind(Protocol):
    @property
    def kind(self) -> str: ...


Check = Callable[[Facts, int], str]


def findings_of(facts: Facts, rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """(code, sentence) of each check that the piece does not pass."""
    found = []
    for rule in rules:
        if applies(rule, facts) and (sentence := CHECKS[rule.code](facts, rule.amount)):
            found.append((rule.code, sentence))
    return found


def applies(rule: Rule, facts: HasKind) -> bool:
    return not rule.kinds or facts.kind in rule.kinds


def outcome_of(findings: Sequence[tuple[str, str]], rules: Sequence[Rule]) -> str:
    """ok, warn or bad: the worst of the checks that were not passed."""
    severities = {rule.code: rule.severity for rule in rules}
    worst = {severities[code] for code, _ in findings}
    return "bad" if "bad" in worst else "warn" if worst else "ok"


def _stored(facts: Facts, amount: int) -> str:
    return "文件库中没有这个文件" if facts.found_size is None else ""


def _size(facts: Facts, amount: int) -> str:
    if facts.found_size is None or facts.found_size == facts.size:
        return ""
    return f"文件大小 {facts.found_size} 字节，登记的是 {facts.size} 字节"


def _hash(facts: Facts, amount: int) -> str:
    if facts.found_sha256 is None or facts.found_sha256 == facts.sha256:
        return ""
    return f"内容与归档时不同：现为 {facts.found_sha256[:12]}…，登记的是 {facts.sha256[:12]}…"


def _signed(facts: Facts, amount: int) -> str:
    return "" if facts.signed_page else "没有标明签字或盖章在第几页"


def _signed_within(facts: Facts, amount: int) -> str:
    pages = facts.read_pages if _is_paged(facts) else facts.pages
    if not facts.signed_page or not pages or facts.signed_page <= pages:
        return ""
    return f"签字盖章页标为第 {facts.signed_page} 页，文件只有 {pages} 页"


def _period(facts: Facts, amount: int) -> str:
    """Dated within the years that it proves, or the months after in which their figures are written down."""
    if facts.dated_on is None:
        return ""
    if facts.dated_on.year < facts.first_year:
        return f"文件日期 {facts.dated_on} 早于所证明的 {facts.first_year} 年"
    months_after = (facts.dated_on.year - facts.year - 1) * 12 + facts.dated_on.month
    if months_after > amount:
        return f"文件日期 {facts.dated_on} 晚于所证明的 {facts.year} 年超过 {amount} 个月"
    return ""


def _fields(facts: Facts, amount: int) -> str:
    missing = [
        word
        for word, value in (("题名", facts.title), ("责任者", facts.issuer), ("文件日期", facts.dated_on))
        if not value
    ]
    return f"没有填写{'、'.join(missing)}" if missing else ""


def _number(facts: Facts, amount: int) -> str:
    return "" if facts.document_number else "没有填写文号"


def _pages(facts: Facts, amount: int) -> str:
    if not facts.pages or not _is_paged(facts) or facts.pages == facts.read_pages:
        return ""
    return f"登记 {facts.pages} 页，文件有 {facts.read_pages} 页"


def _opens(facts: Facts, amount: int) -> str:
    if facts.read_problem in UNUSABLE - {ENCRYPTED, MISSING}:
        return PROBLEMS[facts.read_problem]
    return ""


def _read(facts: Facts, amount: int) -> str:
    return "" if facts.is_read else "文件还没有读取，不知能否打开"


def _searchable(facts: Facts, amount: int) -> str:
    if facts.kind == PICTURE_KIND or facts.read_problem not in WORDLESS:
        return ""
    return f"检索不到：{PROBLEMS[facts.read_problem]}"


def _locked(facts: Facts, amount: int) -> str:
    if facts.read_problem == ENCRYPTED:
        return "文件有打开密码"
    return "文件有权限密码，将来可能打不开或不能转换" if facts.is_encrypted else ""


def _script(facts: Facts, amount: int) -> str:
    return "文件含有脚本或宏" if facts.has_script else ""


def _is_paged(facts: Facts) -> bool:
    """Whether what was read are pages of paper."""
    return facts.mime == "application/pdf" and facts.read_pages > 0


CHECKS: dict[str, Check] = {
    "hash": _hash,
    "signed": _signed,
    "signed_within": _signed_within,
    "period": _period,
    "stored": _stored,
    "size": _size,
    "fields": _fields,
    "number": _number,
    "pages": _pages,
    "read": _read,
    "opens": _opens,
    "searchable": _searchable,
    "locked": _locked,
    "script": _script,
}
