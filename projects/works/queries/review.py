"""What the review asks about months' progress: queues by step, names of cases, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from chuangmo.access.queries import Rights
from chuangmo.org.queries import city_office_ids
from chuangmo.periods import Kind, Period, parse
from chuangmo.review.kinds import Choice, Filters, Heading, Owing
from chuangmo.review.models import Case, State
from projects.works.models import Progress, Project
from projects.works.rights import visible_projects

__all__ = [
    "FILTER_COLUMNS",
    "KIND",
    "filters",
    "headings",
    "narrow",
    "owing",
    "queue",
    "returned",
    "returned_to",
]

KIND = "progress"


def queue(state: State, rights: Rights, condition: Mapping[str, object]) -> QuerySet[Case]:
    """What waits in a state and fits, without what the person wrote or handed in."""
    me = rights.user.pk
    return _at(state).filter(**condition).exclude(submitted_by=me).exclude(progress__updated_by=me)


def returned(rights: Rights) -> QuerySet[Case]:
    """Returned ones of projects that the person may see and has a part in."""
    if not (rights.report or rights.sign_off or rights.accept):
        return Case.objects.none()
    return _at(State.RETURNED).filter(progress__project__in=visible_projects(rights))


def returned_to(rights: Rights) -> QuerySet[Case]:
    """Returned ones that the person has to put right."""
    return _at(State.RETURNED).filter(unit__in=rights.report)


def oversees_anything(rights: Rights) -> bool:
    """Whether a bureau for which the person signs off is the line bureau of a project."""
    return Project.objects.filter(bureau__in=rights.sign_off).exists()


def owns_anything(rights: Rights) -> bool:
    """Whether a unit for which the person signs off owns a project."""
    return Project.objects.filter(owner__in=rights.sign_off).exists()


def owing(cases: Sequence[Case]) -> dict[int, Owing]:
    """Whose the step of each case is: the owner's, its line bureau's, the steering office's. At most two queries."""
    months = {
        one.case_id: one
        for one in Progress.objects.filter(case__in=[case.pk for case in cases]).select_related("project")
    }
    offices = city_office_ids() if any(case.state == State.VERIFIED for case in cases) else ()
    found = {}
    for case in cases:
        units: tuple[int, ...] = (case.unit_id,)
        if case.state == State.SIGNED_OFF:
            units = (months[case.pk].project.bureau_id,)
        elif case.state == State.VERIFIED:
            units = offices
        found[case.pk] = Owing(units, months[case.pk].period)
    return found


def _at(state: State) -> QuerySet[Case]:
    return Case.objects.filter(kind=KIND, state=state, progress__isnull=False)


def headings(case_ids: Sequence[int]) -> dict[int, Heading]:
    """How the cases are named. One query."""
    rows = Progress.objects.filter(case__in=case_ids).order_by()
    return {
        case_id: Heading(
            subject_id=pk,
            url=Progress(pk=pk).get_absolute_url(),
            title=f"工程进度 {name}",
            unit=unit,
            period=Period(Kind(kind), start, end).label,
        )
        for case_id, pk, name, unit, kind, start, end in rows.values_list(
            "case_id",
            "pk",
            "project__name",
            "case__unit__name",
            "period_kind",
            "period_start",
            "period_end",
        )
    }


FILTER_COLUMNS = (
    "unit__order",
    "unit__short_name",
    "unit_id",
    "progress__period_end",
)


def filters(rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
    """Unit and month, with the options that the queue has."""
    months = sorted({(row[3].year, row[3].month) for row in rows}, reverse=True)
    units = tuple((str(pk), name) for _, name, pk in sorted({row[:3] for row in rows}))
    return Filters(
        len(rows),
        (
            Choice("unit", "单位", units, values.get("unit", "")),
            Choice(
                "month",
                "月份",
                tuple((f"{year}-{number:02d}", f"{year} 年 {number} 月") for year, number in months),
                values.get("month", ""),
            ),
        ),
    )


def narrow(cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that fit; what cannot be read filters nothing."""
    unit = values.get("unit", "")
    if unit.isdecimal() and len(unit) < 16:
        cases = cases.filter(unit=int(unit))
    if values.get("month"):
        try:
            period = parse(values["month"])
        except ValueError:
            return cases
        cases = cases.filter(progress__period_end__range=(period.start, period.end))
    return cases
