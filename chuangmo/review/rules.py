"""What a review compares and counts: pure, on plain values.

Source: domain.md §6 (the chain, who is next), design.md “One review for all”.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SUBMIT, WITHDRAW, SIGN_OFF, VERIFY = "submit", "withdraw", "sign_off", "verify"
ACCEPT, SEND_BACK, UNLOCK = "accept", "send_back", "unlock"

# Action → the word for it; the past of each reads the same in Chinese.
WORDS: Mapping[str, str] = {
    SUBMIT: "提交",
    WITHDRAW: "撤回",
    SIGN_OFF: "单位审核",
    VERIFY: "牵头核定",
    ACCEPT: "审定",
    SEND_BACK: "退回",
    UNLOCK: "解锁",
}
# State → the step that it waits for.
STEPS: Mapping[str, str] = {"submitted": SIGN_OFF, "signed_off": VERIFY, "verified": ACCEPT}
# Step → the state in which it is done.
STATE_OF_STEP: Mapping[str, str] = {step: state for state, step in STEPS.items()}
REASON_NEEDED = frozenset({SEND_BACK, UNLOCK})
# Who did one of these has looked at the revision.
LOOKED = frozenset({SIGN_OFF, VERIFY, ACCEPT, SEND_BACK, UNLOCK})


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of a revision as a reader sees it.

    `key` is the cell's key (`v12`, `c3`, `t:progress`, `a7`), `text` what it says in words, `number` the same as a
    number where it is one, `note` what was written to explain it, `findings` what the checks asked.
    """

    key: str
    label: str
    text: str
    measure: str = ""
    number: str | None = None
    note: str = ""
    findings: tuple[str, ...] = ()
    url: str = ""
    remarkable: bool = True

    @property
    def said(self) -> str:
        """Everything that counts as a change when it differs."""
        return f"{self.text}（{self.note}）" if self.note else self.text


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading; `long` rows are paragraphs rather than figures."""

    title: str
    rows: tuple[Row, ...]
    long: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else than before; an empty side means it wasn't there."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """What `baseline` needs of an event."""

    revision_no: int
    action: str
    by_id: int | None
    skipped: bool = False


def rows_of(sections: Iterable[Section]) -> dict[str, Row]:
    """All rows by key, in reading order."""
    return {row.key: row for section in sections for row in section.rows}


def compare(before: Iterable[Section], after: Iterable[Section]) -> list[Change]:
    """The cells that differ, in the order of the newer side; cells that are gone come last."""
    old, new = rows_of(before), rows_of(after)
    changes = [
        Change(key, row.label, old[key].said if key in old else "", row.said)
        for key, row in new.items()
        if key not in old or old[key].said != row.said
    ]
    changes += [Change(key, row.label, row.said, "") for key, row in old.items() if key not in new]
    return [change for change in changes if change.before != change.after]


def baseline(steps: Iterable[Step], current: int, viewer_id: int | None) -> int | None:
    """The earlier revision that the viewer acted on last, else the last that anybody did; None if nobody looked."""
    looked = [
        step for step in steps if step.action in LOOKED and not step.skipped and step.revision_no < current
    ]
    mine = [step.revision_no for step in looked if viewer_id is not None and step.by_id == viewer_id]
    return max(mine or [step.revision_no for step in looked], default=None)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON (sorted keys, no blanks, UTF-8), in hexadecimal."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
