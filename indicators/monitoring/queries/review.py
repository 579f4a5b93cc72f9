"""What the review asks about batches of readings: queues by step, names, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.access.queries import Rights
from chuangmo.org.queries import city_office_ids
from chuangmo.periods import month, parse
from chuangmo.review.kinds import Choice, Filters, Heading, Owing
from chuangmo.review.models import Case, State
from indicators.monitoring.models import Batch
from indicators.monitoring.rights import leading_units, led_by, visible_batches

KIND = "readings"


def to_sign_off(rights: Rights) -> QuerySet[Case]:
    return _others(rights, State.SUBMITTED).filter(unit__in=rights.sign_off)


def to_verify(rights: Rights) -> QuerySet[Case]:
    return _others(rights, State.SIGNED_OFF).filter(
        led_by(rights.sign_off, rights.on, kind="reading_batch__kind")
    )


def to_accept(rights: Rights) -> QuerySet[Case]:
    return _others(rights, State.VERIFIED).filter(unit__in=rights.accept)


def returned(rights: Rights) -> QuerySet[Case]:
    """Returned batches that the person may look at and has a part in."""
    if not (rights.report or rights.sign_off or rights.accept):
        return Case.objects.none()
    return Case.objects.filter(kind=KIND, state=State.RETURNED, reading_batch__in=visible_batches(rights))


def _others(rights: Rights, state: State) -> QuerySet[Case]:
    """Those of a state that somebody else brought and handed in."""
    me = rights.user.pk
    mine = Q(submitted_by=me) | Q(reading_batch__created_by=me)
    return Case.objects.filter(kind=KIND, state=state, reading_batch__isnull=False).exclude(mine)


def owing(cases: Sequence[Case]) -> dict[int, Owing]:
    """Whose the step of each case is: its own unit's, its leads', the steering office's; of the month of its last day.

    One query, and one more for each kind of readings that waits for its lead and for the office.
    """
    batches = {
        batch.case_id: batch
        for batch in Batch.objects.filter(case__in=[case.pk for case in cases]).defer("facts")
    }
    today = clock.today()
    kinds = {batches[case.pk].kind for case in cases if case.state == State.SIGNED_OFF}
    leads = {kind: tuple(sorted(leading_units(kind, today))) for kind in kinds}
    offices = city_office_ids() if any(case.state == State.VERIFIED for case in cases) else ()
    found = {}
    for case in cases:
        batch = batches[case.pk]
        day = batch.last_day or today
        unit_ids: tuple[int, ...] = (case.unit_id,)
        if case.state == State.SIGNED_OFF:
            unit_ids = leads[batch.kind]
        elif case.state == State.VERIFIED:
            unit_ids = offices
        found[case.pk] = Owing(unit_ids, month(day.year, day.month))
    return found


def headings(case_ids: Sequence[int]) -> dict[int, Heading]:
    """How the cases are named. One query."""
    rows = Batch.objects.filter(case__in=list(case_ids)).select_related("unit").defer("facts")
    return {
        one.case_id: Heading(
            subject_id=one.pk,
            url=one.get_absolute_url(),
            title=f"{one.get_kind_display()} {one.name}",
            unit=one.unit.short_name,
            period=span_words(one),
        )
        for one in rows
    }


def span_words(batch: Batch) -> str:
    """The days that a batch is about."""
    if batch.first_day is None or batch.last_day is None:
        return "未核对"
    if batch.first_day == batch.last_day:
        return f"{batch.first_day}"
    return f"{batch.first_day} 至 {batch.last_day}"


FILTER_COLUMNS = (
    "unit__order",
    "unit__short_name",
    "unit_id",
    "reading_batch__last_day",
)


def filters(rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
    """Unit and month, with the options that the queue has."""
    months = sorted({(row[3].year, row[3].month) for row in rows if row[3]}, reverse=True)
    units = tuple((str(pk), name) for _, name, pk in sorted({row[:3] for row in rows}))
    listed = tuple((f"{year}-{month:02d}", f"{year} 年 {month} 月") for year, month in months)
    return Filters(
        len(rows),
        (
            Choice("unit", "单位", units, values.get("unit", "")),
            Choice("month", "月份", listed, values.get("month", "")),
        ),
    )


def narrow(cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that fit the filters; what cannot be read filters nothing."""
    unit = values.get("unit", "")
    if unit.isdecimal() and len(unit) < 16:
        cases = cases.filter(unit=int(unit))
    if values.get("month"):
        try:
            period = parse(values["month"])
        except ValueError:
            return cases
        cases = cases.filter(reading_batch__last_day__range=(period.start, period.end))
    return cases
