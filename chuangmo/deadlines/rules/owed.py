"""What a source says is owed (settings.OBLIGATION_SOURCES)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chuangmo.periods import Period


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that a unit owes, as it should stand.

    `kind`, `subject_kind`, `subject_id` and `unit_id` together tell which one it is; `subject_id` is 0 for something
    that is only foreseen (it has no row of its own yet and appears on the calendar alone). With `term_days` the due day
    is that many working days after the obligation was opened, and `due_on` says what that comes to.
    """

    kind: str
    unit_id: int
    subject_kind: str
    subject_id: int
    subject_label: str
    subject_url: str
    period: Period
    due_on: date | None
    locks_on: date | None = None
    role: str = "reporter"
    term_days: int | None = None
    opened_on: date | None = None  # today unless given

    @property
    def key(self) -> tuple[str, str, int, int]:
        return (self.kind, self.subject_kind, self.subject_id, self.unit_id)
