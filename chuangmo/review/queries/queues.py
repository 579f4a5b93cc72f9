"""What waits at each step, what came back, and what a person did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import Rights
from chuangmo.prepared import Prepared
from chuangmo.review.kinds import Heading, Kind, kind_named
from chuangmo.review.models import Case, Remark, ReviewEvent, Revision
from chuangmo.review.queries.looking import doubt_in, looks
from chuangmo.review.rules import LOOKED, SEND_BACK, WORDS, Step, baseline, compare

PAGE = 20
SLUGS = {"sign_off": "sign-off", "verify": "verify", "accept": "accept", SEND_BACK: "returned"}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in a queue."""

    case: Case
    heading: Heading
    url: str
    doubt: str
    changed: int | None
    late: bool
    came_back: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.doubt

    @property
    def item(self) -> str:
        """What a batch posts for the case."""
        return f"{self.case.pk}:{self.case.revision_no}"

    @property
    def revision(self) -> str:
        return f"第 {self.case.revision_no} 稿"

    @property
    def changes(self) -> str:
        return "初次提交" if self.changed is None else f"改 {self.changed} 处"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits at one step for a person."""

    step: str
    label: str
    url: str
    count: int
    oldest: datetime | None
    due_on: date | None
    late: int


@dataclass(frozen=True, slots=True)
class CameBack:
    """A returned case with the reason."""

    heading: Heading
    at: datetime
    who: str
    reason: str
    remarks: int


def ordered(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What is most overdue first, then what waits longest."""
    return cases.order_by(F("step_due_on").asc(nulls_last=True), "step_entered_at", "pk")


def queue_rows(kind: Kind, cases: Sequence[Case], viewer: User, query: str = "") -> list[QueueRow]:
    """One page of a queue; six queries at most, whatever its length. `query` goes along in the addresses."""
    headings = kind.headings([case.pk for case in cases])
    again = [case.pk for case in cases if case.revision_no > 1]  # the others have nothing before them
    steps = {pk: [Step(*row) for row in rows] for pk, rows in looks(again).items()} if again else {}
    since = {case.pk: baseline(steps.get(case.pk, ()), case.revision_no, viewer.pk) for case in cases}
    contents = _contents(cases, since)
    remarked = (
        set(Remark.objects.filter(case__in=again).values_list("case_id", flat=True)) if again else set()
    )
    today = clock.today()
    rows = []
    for case in cases:
        content = contents[case.pk, case.revision_no]
        before = contents.get((case.pk, since[case.pk] or 0))
        rows.append(
            QueueRow(
                case=case,
                heading=headings[case.pk],
                url=f"/review/{case.pk}/{query}",  # as review:case; reversing it for every row costs a tenth of the page
                doubt=doubt_in(kind, case, content, case.pk in remarked),
                changed=None
                if before is None
                else len(compare(kind.sections(before), kind.sections(content))),
                late=case.step_due_on is not None and case.step_due_on < today,
            )
        )
    return rows


def _contents(cases: Iterable[Case], since: Mapping[int, int | None]) -> dict[tuple[int, int], Any]:
    """The contents of the cases' last revisions and of those that they are compared with (and of some others)."""
    numbers = {case.revision_no for case in cases} | {number for number in since.values() if number}
    rows = _CONTENTS.rows(cases=frozenset(since), numbers=frozenset(numbers))
    return {(case_id, number): content for case_id, number, content in rows}


_CONTENTS = Prepared(
    lambda cases, numbers: (
        Revision.objects.filter(case__in=cases, number__in=numbers)
        .order_by()
        .values_list("case_id", "number", "content")
    ),
    cases=frozenset,
    numbers=frozenset,
)


def waiting_at(kind: Kind, rights: Rights, steps: Sequence[str]) -> list[Waiting]:
    """How much waits for the person, by step; steps with nothing are left out. One query a step."""
    found = []
    for step in steps:
        for count, oldest, due_on, late in _waiting(kind.name, step).rows(rights, today=clock.today()):
            url = reverse("review:queue", args=[SLUGS[step]])
            found.append(Waiting(step, f"待{WORDS[step]}", url, count, oldest, due_on, late))
    return found


@dataclass(frozen=True, slots=True)
class Queue:
    """All that waits for a person at a step, in its order, for a paginator; the first page is prepared."""

    kind: Kind
    step: str
    rights: Rights
    length: int

    def count(self) -> int:
        return self.length

    def __getitem__(self, part: slice) -> list[Case]:
        if part.start == 0:
            return _first(self.kind.name, self.step).objects(self.rights)[part]
        return list(ordered(self.kind.queue(self.step, self.rights))[part])


def filter_rows(kind: Kind, step: str, rights: Rights) -> list[tuple[Any, ...]]:
    """What the filters of a queue are made from, a row for each of its cases. One query."""
    return _filter_rows(kind.name, step).rows(rights)


@cache
def _first(name: str, step: str) -> ByRights:
    kind = kind_named(name)
    return ByRights(lambda rights: ordered(kind.queue(step, rights))[:PAGE])


@cache
def _filter_rows(name: str, step: str) -> ByRights:
    kind = kind_named(name)
    return ByRights(lambda rights: kind.queue(step, rights).order_by().values_list(*kind.filter_columns))


@cache
def _waiting(name: str, step: str) -> ByRights:
    """Grouped, since what is prepared has rows: none where nothing waits."""
    kind = kind_named(name)
    return ByRights(
        lambda rights, today: (
            kind.queue(step, rights)
            .order_by()
            .values("kind")
            .annotate(
                count=Count("pk"),
                oldest=Min("step_entered_at"),
                due_on=Min("step_due_on"),
                late=Count("pk", filter=Q(step_due_on__lt=today)),
            )
            .values_list("count", "oldest", "due_on", "late")
        ),
        today=date,
    )


def reasons_of_return(cases: Sequence[Case]) -> dict[int, ReviewEvent]:
    """The last return of each case, with how many remarks it carries (`remark_count`). One query."""
    events = _RETURNS.objects(cases=frozenset(case.pk for case in cases))
    return {event.case_id: event for event in events}


_RETURNS = Prepared(
    lambda cases: (
        ReviewEvent.objects.filter(case__in=cases, action=SEND_BACK)
        .annotate(remark_count=Count("remarks"))
        .order_by("id")
    ),
    cases=frozenset,
)


def came_back(kind: Kind, cases: Sequence[Case]) -> list[CameBack]:
    """Returned cases with who returned them and why, in the order given. Three queries, whatever their number."""
    events = reasons_of_return(cases)
    headings = kind.headings([case.pk for case in cases])
    return [
        CameBack(headings[case.pk], event.at, event.by_name, event.reason, event.remark_count)  # type: ignore[attr-defined]
        for case in cases
        if (event := events.get(case.pk)) is not None
    ]


def my_events(viewer: User) -> QuerySet[ReviewEvent]:
    """What the person did in reviews, newest first."""
    return (
        ReviewEvent.objects.filter(by=viewer, skipped=False, action__in=LOOKED)
        .select_related("case")
        .order_by("-id")
    )
