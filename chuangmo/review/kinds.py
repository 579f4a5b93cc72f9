"""What the review asks of each kind of thing that it carries; the kinds themselves are upper floors' (REVIEW_KINDS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.periods import Period
from chuangmo.review.models import Case, Revision
from chuangmo.review.rules import Section


@dataclass(frozen=True, slots=True)
class Heading:
    """How one case is named in lists: its subject's id and address, what it is about, whose, of when."""

    subject_id: int
    url: str
    title: str
    unit: str
    period: str

    @property
    def label(self) -> str:
        return f"{self.period} {self.title} {self.unit}"


@dataclass(frozen=True, slots=True)
class Owing:
    """Whose a case's current step is: ids of the units (two leads: either may), and the period that the case is about."""

    unit_ids: tuple[int, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of a queue: its name in the address, its label, its options (value, label)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str = ""

    @property
    def options_html(self) -> SafeString:
        """The options as marks; a hundred units are too many for a loop of the template language."""
        return SafeString(
            "".join(
                f'<option value="{escape(value)}"{" selected" if value == self.value else ""}>{escape(label)}</option>'
                for value, label in self.options
            )
        )


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a queue, and how many cases it holds without them."""

    count: int
    choices: tuple[Choice, ...]


class Kind(Protocol):
    """One kind of reviewed thing. Methods that check raise DomainError with a text for the person."""

    name: str
    label: str  # what a link to its queues is called
    filter_columns: tuple[str, ...]  # of the case: what `filters` is made from

    def may(self, action: str, rights: Rights, case: Case) -> bool:
        """Whether the person may do that to this case, whatever its state."""

    def can_see(self, rights: Rights, case: Case) -> bool: ...

    def people(self, action: str, case: Case) -> list[int]:
        """Ids of everybody who may do that to this case now: who is to be told that it is their turn."""

    def due_on(self, case: Case) -> date | None:
        """Until when the unit has to hand the case in; None without a date."""

    def acting_unit_id(self, action: str, rights: Rights, case: Case) -> int | None:
        """The unit for which the person acts."""

    def check(self, action: str, case: Case) -> None:
        """Refuse what the kind's own rules forbid now: a closed period, faults in what is submitted."""

    def owing(self, cases: Sequence[Case]) -> dict[int, Owing]:
        """Whose the step is at which each case (of those under review) stands: a constant number of queries."""

    def skip_reason(self, step: str, case: Case) -> str:
        """Why the step is left out for this case; empty when it is not."""

    def freeze(self, case: Case) -> dict[str, Any]:
        """What is submitted, as JSON."""

    def done(self, action: str, case: Case, revision: Revision | None, by: User, reason: str) -> None:
        """What follows from the move, in its transaction."""

    def headings(self, case_ids: Sequence[int]) -> dict[int, Heading]:
        """The names of these cases: one query."""

    def steps(self, rights: Rights) -> list[str]:
        """The steps that the person may do for at least one unit."""

    def queue(self, step: str, rights: Rights) -> QuerySet[Case]:
        """What waits for the person at a step, or (`send_back`) what came back and is theirs to follow."""

    def filters(self, rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
        """What the cases can be narrowed by, from the `filter_columns` of each."""

    def narrow(self, cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]: ...

    def links(self, rights: Rights) -> list[tuple[str, str]]:
        """Pages beside the queues that the person may open: label and address."""

    def sections(self, content: Mapping[str, Any]) -> list[Section]:
        """A revision's content for readers and for comparing."""

    def doubts(self, content: Mapping[str, Any]) -> str:
        """Why this content should be looked at one by one; empty when it is clean."""

    def histories(self, case: Case) -> dict[str, list[Any]]:
        """Earlier accepted numbers by cell key, oldest first, for a small line."""


def kind_named(name: str) -> Kind:
    """The handler of a kind; KeyError where settings.REVIEW_KINDS does not name it."""
    return _load(settings.REVIEW_KINDS[name])


def kind_of(case: Case) -> Kind:
    return kind_named(case.kind)


def all_kinds() -> list[Kind]:
    return [kind_named(name) for name in settings.REVIEW_KINDS]


@cache
def _load(path: str) -> Kind:
    kind: Kind = import_string(path)()
    return kind
