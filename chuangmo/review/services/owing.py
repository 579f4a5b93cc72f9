"""A reviewer owes the step that a case stands at: opened when the case comes to it, closed when it leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import Owed
from chuangmo.deadlines.services import close_step, owe_again
from chuangmo.review.kinds import Heading, Kind, Owing, all_kinds
from chuangmo.review.models import IN_REVIEW, Case, ReviewStep
from chuangmo.review.rules import ACCEPT, SIGN_OFF, STATE_OF_STEP, STEPS, VERIFY, WITHDRAW, WORDS
from chuangmo.workcalendar.queries import work_calendar

__all__ = ["keep_step_owed", "steps_owed"]

SOURCE = "chuangmo.review.services.steps_owed"
ROLES = {SIGN_OFF: "reviewer", VERIFY: "reviewer", ACCEPT: "office"}


def keep_step_owed(
    *, case: Case, kind: Kind, action: str, by: User, heading: Heading, days: int | None
) -> None:
    """After a move: whoever had the step before is done with it, whoever has it now owes it.

    `days` is how long the step may take; None where nobody has to do anything, or no limit is set.
    """
    close_step(
        kinds=list(STATE_OF_STEP),
        subject_kind=case.kind,
        subject_id=heading.subject_id,
        by=None if action == WITHDRAW else by,
    )
    if case.state in STEPS and days is not None:
        owing = kind.owing([case])[case.pk]
        owe_again(list(_owed(case, owing, heading, days)), SOURCE)


def steps_owed(at: date, horizon: date) -> Iterator[Owed]:
    """For settings.OBLIGATION_SOURCES: the steps of all cases under review. A constant number of queries for each kind.

    Days that moved with the calendar are put into the cases first.
    """
    days = dict(ReviewStep.objects.values_list("state", "days"))
    back = work_calendar()
    for kind in all_kinds():
        cases = list(Case.objects.filter(kind=kind.name, state__in=IN_REVIEW).select_related("unit"))
        headings = kind.headings([case.pk for case in cases])
        _follow(kind.name, cases, headings)
        owing = kind.owing(cases)
        for case in cases:
            if case.step_due_on is None or case.pk not in headings or case.state not in days:
                continue
            opened_on = back.add_working_days(case.step_due_on, -days[case.state])
            yield from _owed(case, owing[case.pk], headings[case.pk], days[case.state], opened_on)


def _owed(
    case: Case, owing: Owing, heading: Heading, days: int, opened_on: date | None = None
) -> Iterator[Owed]:
    step = STEPS[case.state]
    for unit_id in owing.unit_ids:
        yield Owed(
            kind=step,
            unit_id=unit_id,
            subject_kind=case.kind,
            subject_id=heading.subject_id,
            subject_label=f"{WORDS[step]}：{heading.label}",
            subject_url=f"/review/{case.pk}/",
            period=owing.period,
            due_on=case.step_due_on,
            role=ROLES[step],
            term_days=days,
            opened_on=opened_on,
        )


def _follow(name: str, cases: Sequence[Case], headings: dict[int, Heading]) -> None:
    """A statement for each day that steps moved to."""
    rows = Obligation.objects.open().filter(subject_kind=name, kind__in=list(STATE_OF_STEP))
    due = dict(rows.values_list("subject_id", "due_on"))
    moved: dict[date | None, list[int]] = defaultdict(list)
    for case in cases:
        subject = headings[case.pk].subject_id if case.pk in headings else 0
        if subject in due and due[subject] != case.step_due_on:
            case.step_due_on = due[subject]
            moved[case.step_due_on].append(case.pk)
    for day, ids in moved.items():
        Case.objects.filter(pk__in=ids).update(step_due_on=day)
