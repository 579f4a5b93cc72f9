"""One case: its timeline, one revision with what changed, and what a person may do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.prepared import Prepared
from chuangmo.review.kinds import Heading, Kind, kind_of
from chuangmo.review.models import Case, Remark, ReviewEvent, Revision
from chuangmo.review.queries.looking import doubt_about, looks
from chuangmo.review.rules import (
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


def timeline(case: Case) -> list[TimelineEntry]:
    """Every step, oldest first, the skipped ones with their reason too. One query; two more where something came back."""
    events: list[ReviewEvent] = _EVENTS.objects(case=case.pk)
    remarks: dict[int, list[tuple[str, str]]] = defaultdict(list)
    given = []
    if any(event.action == SEND_BACK for event in events):  # remarks are given with a return
        found = Remark.objects.filter(case=case)
        given = list(found.values_list("event_id", "event__revision_no", "cell", "text"))
    if given:
        labels = _labels(case, {number for _, number, _, _ in given})
        for event_id, number, cell, text in given:
            remarks[event_id].append((labels.get((number, cell), ""), text))
    return [_entry(event, tuple(remarks.get(event.pk, ()))) for event in events]


_EVENTS = Prepared(
    lambda case: ReviewEvent.objects.filter(case=case).select_related("acting_unit").order_by("id"),
    case=int,
)


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
    steps = [Step(*row) for row in looks([case.pk]).get(case.pk, [])]
    since = baseline(steps, revision.number, viewer.pk if viewer else None)
    if since is None:
        return None, []
    before = Revision.objects.get(case=case, number=since)
    return since, compare(kind.sections(before.content), kind.sections(revision.content))


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
