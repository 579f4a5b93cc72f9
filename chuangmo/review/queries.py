"""What pages show of a review: queues, one case with its changes, the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.review.kinds import Heading, Kind, kind_of
from chuangmo.review.models import Case, Remark, ReviewEvent, Revision
from chuangmo.review.rules import (
    LOOKED,
    SEND_BACK,
    STEPS,
    UNLOCK,
    WORDS,
    Change,
    Row,
    Section,
    Step,
    baseline,
    compare,
    rows_of,
)

_TONES = {"accept": "accepted", "send_back": "returned", "unlock": "returned", "withdraw": "returned"}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event, in the shape of `components/timeline.html`, with its revision and the remarks given with it."""

    at: datetime
    word: str
    who: str
    text: str
    kind: str
    revision_no: int
    revision_url: str
    skipped: bool
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the revision with what belongs beside it on the review page."""

    row: Row
    change: Change | None
    history: Sequence[Any]
    remarks: tuple[str, ...]
    typed: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ShownSection:
    title: str
    rows: tuple[ShownRow, ...]
    long: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything that the page of one revision shows."""

    case: Case
    heading: Heading
    revision: Revision | None
    sections: tuple[ShownSection, ...] = ()
    changes: tuple[Change, ...] = ()
    since: int | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    doubt: str = ""


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


def timeline(case: Case) -> list[TimelineEntry]:
    """Every step, oldest first, the skipped ones with their reason too. Three queries."""
    events = list(ReviewEvent.objects.filter(case=case).select_related("acting_unit").order_by("id"))
    remarks: dict[int, list[tuple[str, str]]] = defaultdict(list)
    given = list(
        Remark.objects.filter(case=case).values_list("event_id", "event__revision_no", "cell", "text")
    )
    if given:
        labels = _labels(case, {number for _, number, _, _ in given})
        for event_id, number, cell, text in given:
            remarks[event_id].append((labels.get((number, cell), ""), text))
    return [_entry(event, tuple(remarks.get(event.pk, ()))) for event in events]


def _entry(event: ReviewEvent, remarks: tuple[tuple[str, str], ...]) -> TimelineEntry:
    who = event.by_name
    if event.acting_unit is not None:
        who = f"{event.acting_unit.short_name} {event.by_name}"
    return TimelineEntry(
        at=event.at,
        word=("跳过" if event.skipped else "") + WORDS.get(event.action, event.action),
        who="" if event.skipped else who,
        text=event.reason,
        kind=_TONES.get(event.action, "") if not event.skipped else "skipped",
        revision_no=event.revision_no,
        revision_url=revision_url(event.case_id, event.revision_no) if event.revision_no else "",
        skipped=event.skipped,
        remarks=remarks,
    )


def _labels(case: Case, numbers: Iterable[int]) -> dict[tuple[int, str], str]:
    """What the cells of these revisions are called."""
    kind = kind_of(case)
    return {
        (revision.number, key): row.label
        for revision in Revision.objects.filter(case=case, number__in=set(numbers))
        for key, row in rows_of(kind.sections(revision.content)).items()
    }


def revision_url(case_id: int, number: int) -> str:
    return reverse("review:revision", args=[case_id, number])


def last_return(case: Case) -> ReviewEvent | None:
    """The return that the case is in, with its remarks prefetched; None when it is not returned."""
    if case.state != "returned":
        return None
    return (
        ReviewEvent.objects.filter(case=case, action=SEND_BACK)
        .prefetch_related("remarks")
        .order_by("-id")
        .first()
    )


def case_view(
    case: Case,
    *,
    viewer: User | None,
    number: int | None = None,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> CaseView:
    """One revision (the last one by default) with what changed since the viewer, else anybody, looked.

    `typed` and `faults` are remarks by cell that could not be stored yet, and what is wrong with them. Revision.
    DoesNotExist where the number does not exist.
    """
    kind = kind_of(case)
    heading = kind.headings([case.pk])[case.pk]
    events = timeline(case)
    number = case.revision_no if number is None else number
    if number == 0:
        return CaseView(case, heading, None, timeline=tuple(events))
    revision = Revision.objects.select_related("created_by").get(case=case, number=number)
    sections = kind.sections(revision.content)
    since, changes = _changes(kind, case, revision, viewer)
    return CaseView(
        case=case,
        heading=heading,
        revision=revision,
        sections=_shown(kind, case, sections, changes, typed or {}, faults or {}, number),
        changes=tuple(changes),
        since=since,
        timeline=tuple(events),
        doubt=doubt_about(kind, case, revision),
    )


def _changes(
    kind: Kind, case: Case, revision: Revision, viewer: User | None
) -> tuple[int | None, list[Change]]:
    steps = [Step(*row) for row in _steps([case.pk]).get(case.pk, [])]
    since = baseline(steps, revision.number, viewer.pk if viewer else None)
    if since is None:
        return None, []
    before = Revision.objects.get(case=case, number=since)
    return since, compare(kind.sections(before.content), kind.sections(revision.content))


def _steps(case_ids: Sequence[int]) -> dict[int, list[tuple[int, str, int | None, bool]]]:
    found: dict[int, list[tuple[int, str, int | None, bool]]] = defaultdict(list)
    for case_id, number, action, by_id, skipped in ReviewEvent.objects.filter(
        case__in=case_ids, action__in=LOOKED
    ).values_list("case_id", "revision_no", "action", "by_id", "skipped"):
        found[case_id].append((number, action, by_id, skipped))
    return found


def _shown(
    kind: Kind,
    case: Case,
    sections: Iterable[Section],
    changes: Iterable[Change],
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    number: int,
) -> tuple[ShownSection, ...]:
    changed = {change.key: change for change in changes}
    histories = kind.histories(case)
    earlier: dict[str, list[str]] = defaultdict(list)
    for cell, text, at_number in Remark.objects.filter(case=case, event__revision_no__lte=number).values_list(
        "cell", "text", "event__revision_no"
    ):
        earlier[cell].append(f"第 {at_number} 稿：{text}")
    return tuple(
        ShownSection(
            section.title,
            tuple(
                ShownRow(
                    row,
                    changed.get(row.key),
                    histories.get(row.key, ()),
                    tuple(earlier.get(row.key, ())),
                    typed.get(row.key, ""),
                    faults.get(row.key, ""),
                )
                for row in section.rows
            ),
            section.long,
        )
        for section in sections
    )


# Queues ------------------------------------------------------------------------------------------------


def ordered(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What is most overdue first, then what waits longest."""
    return cases.order_by(F("step_due_on").asc(nulls_last=True), "step_entered_at", "pk")


def queue_rows(kind: Kind, cases: Sequence[Case], viewer: User, query: str = "") -> list[QueueRow]:
    """One page of a queue; six queries at most, whatever its length. `query` goes along in the addresses."""
    headings = kind.headings([case.pk for case in cases])
    again = [case.pk for case in cases if case.revision_no > 1]  # the others have nothing before them
    steps = {pk: [Step(*row) for row in rows] for pk, rows in _steps(again).items()} if again else {}
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
                doubt=_doubt(kind, case, content, case.pk in remarked),
                changed=None
                if before is None
                else len(compare(kind.sections(before), kind.sections(content))),
                late=case.step_due_on is not None and case.step_due_on < today,
            )
        )
    return rows


def _contents(cases: Iterable[Case], since: Mapping[int, int | None]) -> dict[tuple[int, int], Any]:
    wanted = Q(pk__in=[])
    earlier: dict[int, list[int]] = defaultdict(list)
    for case in cases:
        earlier[case.revision_no].append(case.pk)
        if number := since[case.pk]:
            earlier[number].append(case.pk)
    for number, ids in earlier.items():
        wanted |= Q(number=number, case__in=ids)
    return {
        (case_id, number): content
        for case_id, number, content in Revision.objects.filter(wanted)
        .order_by()
        .values_list("case_id", "number", "content")
    }


def _doubt(kind: Kind, case: Case, content: Mapping[str, Any], remarked: bool) -> str:
    if case.accepted_revision_no is not None and case.accepted_revision_no != case.revision_no:
        return "是对已审定数据的更正"
    if case.revision_no > 1 and remarked:
        return "曾被退回并有批注"
    return kind.doubts(content)


def doubt_about(kind: Kind, case: Case, revision: Revision) -> str:
    """Why a case is not for a batch; empty when it is clean."""
    return _doubt(kind, case, revision.content, Remark.objects.filter(case=case).exists())


def waiting_at(kind: Kind, rights: Rights, steps: Sequence[str]) -> list[Waiting]:
    """How much waits for the person, by step; steps with nothing are left out. One query a step."""
    found = []
    for step in steps:
        waits = kind.queue(step, rights).aggregate(
            count=Count("pk"),
            oldest=Min("step_entered_at"),
            due_on=Min("step_due_on"),
            late=Count("pk", filter=Q(step_due_on__lt=clock.today())),
        )
        if waits["count"]:
            url = reverse("review:queue", args=[SLUGS[step]])
            found.append(Waiting(step=step, label=f"待{WORDS[step]}", url=url, **waits))
    return found


SLUGS = {"sign_off": "sign-off", "verify": "verify", "accept": "accept", SEND_BACK: "returned"}


def reasons_of_return(cases: Sequence[Case]) -> dict[int, ReviewEvent]:
    """The last return of each case, with how many remarks it carries. Two queries."""
    last: dict[int, ReviewEvent] = {}
    events = (
        ReviewEvent.objects.filter(case__in=[case.pk for case in cases], action=SEND_BACK)
        .prefetch_related("remarks")
        .order_by("id")
    )
    for event in events:
        last[event.case_id] = event
    return last


def came_back(kind: Kind, cases: Sequence[Case]) -> list[CameBack]:
    """Returned cases with who returned them and why, in the order given. Three queries."""
    events = reasons_of_return(cases)
    headings = kind.headings([case.pk for case in cases])
    return [
        CameBack(headings[case.pk], event.at, event.by_name, event.reason, len(event.remarks.all()))
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


def moves_for(case: Case, rights: Rights) -> dict[str, bool]:
    """What the person may do with the case as it stands: `approve`, `send_back`, `withdraw`, `unlock`."""
    kind = kind_of(case)
    step = STEPS.get(case.state)
    mine = step is not None and kind.may(step, rights, case)
    return {
        "approve": mine,
        "send_back": mine,
        "withdraw": step is not None and kind.may("withdraw", rights, case) and not _is_begun(case),
        "unlock": case.state == "accepted" and kind.may(UNLOCK, rights, case),
    }


def _is_begun(case: Case) -> bool:
    last = ReviewEvent.objects.filter(case=case, skipped=False).order_by("-id").first()
    return last is None or last.action != "submit"
