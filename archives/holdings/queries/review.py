"""What the review asks about pieces: queues by step, names of cases, filters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from archives.holdings.models import Piece
from archives.holdings.rights import visible_to
from chuangmo import clock
from chuangmo.access.queries import Rights
from chuangmo.org.models import valid_at
from chuangmo.org.queries import city_office_ids
from chuangmo.periods import year
from chuangmo.review.kinds import Choice, Filters, Heading, Owing
from chuangmo.review.models import Case, State
from indicators.plan.models import Assignment, AssignmentRole

__all__ = [
    "FILTER_COLUMNS",
    "KIND",
    "filters",
    "headings",
    "leads_anything",
    "narrow",
    "owing",
    "queue",
    "returned",
    "returned_to",
    "to_verify",
]

KIND = "piece"


def queue(state: State, rights: Rights, **condition: object) -> QuerySet[Case]:
    """What waits in a state and fits, without what the person wrote or handed in."""
    me = rights.user.pk
    return _at(state).filter(**condition).exclude(submitted_by=me).exclude(piece__updated_by=me)


def to_verify(rights: Rights) -> QuerySet[Case]:
    """What waits to be checked by a unit that leads its main indicator, and for which the person signs off."""
    leads = _leads(rights).filter(indicator=OuterRef("piece__indicator"))
    return queue(State.SIGNED_OFF, rights).filter(Exists(leads))


def returned(rights: Rights) -> QuerySet[Case]:
    """Returned ones that the person may see and has a part in."""
    if not (rights.report or rights.sign_off or rights.accept):
        return Case.objects.none()
    return _at(State.RETURNED).filter(piece__in=visible_to(rights).values("pk"))


def returned_to(rights: Rights) -> QuerySet[Case]:
    """Returned ones that the person has to put right."""
    return _at(State.RETURNED).filter(unit__in=rights.report)


def leads_anything(rights: Rights) -> bool:
    """Whether a unit for which the person signs off leads an indicator today."""
    return bool(rights.sign_off) and _leads(rights).exists()


def owing(cases: Sequence[Case]) -> dict[int, Owing]:
    """Whose the step of each case is: the unit's, its lead units', the steering office's. At most three queries."""
    pieces = {one.case_id: one for one in Piece.objects.filter(case__in=[case.pk for case in cases])}
    waiting = {pieces[case.pk].indicator_id for case in cases if case.state == State.SIGNED_OFF}
    leads: dict[int, list[int]] = defaultdict(list)
    if waiting:
        rows = Assignment.objects.valid(clock.today()).filter(indicator__in=waiting, role=AssignmentRole.LEAD)
        for indicator_id, unit_id in rows.order_by("unit_id").values_list("indicator_id", "unit_id"):
            leads[indicator_id].append(unit_id)
    offices = city_office_ids() if any(case.state == State.VERIFIED for case in cases) else ()
    found = {}
    for case in cases:
        piece = pieces[case.pk]
        units: tuple[int, ...] = (case.unit_id,)
        if case.state == State.SIGNED_OFF:
            units = tuple(leads[piece.indicator_id])
        elif case.state == State.VERIFIED:
            units = offices
        found[case.pk] = Owing(units, year(piece.year))
    return found


def headings(case_ids: Sequence[int]) -> dict[int, Heading]:
    """How the cases are named. One query."""
    rows = Piece.objects.filter(case__in=case_ids).select_related("unit")
    return {
        one.case_id: Heading(
            subject_id=one.pk,
            url=one.get_absolute_url(),
            title=f"归档材料 {one.title}",
            unit=one.unit.name,
            period=one.years_label,
        )
        for one in rows.order_by()
    }


FILTER_COLUMNS = (
    "unit__order",
    "unit__short_name",
    "unit_id",
    "piece__indicator__number",
    "piece__indicator__short_name",
)


def filters(rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
    """Unit and indicator, with the options that the queue has."""
    units = tuple((str(pk), name) for _, name, pk in sorted({row[:3] for row in rows}))
    numbers = tuple((str(number), f"{number} {name}") for number, name in sorted({row[3:] for row in rows}))
    return Filters(
        len(rows),
        (
            Choice("indicator", "指标", numbers, values.get("indicator", "")),
            Choice("unit", "单位", units, values.get("unit", "")),
        ),
    )


def narrow(cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that fit; what cannot be read filters nothing."""
    unit, number = values.get("unit", ""), values.get("indicator", "")
    if unit.isdecimal() and len(unit) < 16:
        cases = cases.filter(unit=int(unit))
    if number.isdecimal() and len(number) < 9:
        cases = cases.filter(piece__indicator__number=int(number))
    return cases


def _at(state: State) -> QuerySet[Case]:
    return Case.objects.filter(kind=KIND, state=state, piece__discarded_at__isnull=True, piece__isnull=False)


def _leads(rights: Rights) -> QuerySet[Assignment]:
    return Assignment.objects.filter(valid_at(rights.on), unit__in=rights.sign_off, role=AssignmentRole.LEAD)
