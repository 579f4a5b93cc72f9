"""The whole of 2017, day by day, two sweeps a day, against a calculation of its own.

40 units × 26 indicators × 12 months are owed (on PostgreSQL by 8 units). They are done early, in time, late by all sorts
of days, or never; some come back and open a cycle of their own. Each rung fires once for each obligation and cycle, on
the day that the plain arithmetic of `ladder.py` says, and people hear of the highest rung of a day only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chuangmo import clock, periods
from chuangmo.deadlines.models import Firing, Obligation, Proposal, SweepRun
from chuangmo.deadlines.services import open_cycle, owe_all, sweep
from chuangmo.org.models import Unit, UnitKind
from chuangmo.period_fields import period_columns
from tests.chuangmo.deadlines.ladder import first_working_day, make_ladder, nth_working_day
from tests.factories import UserFactory, give_role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OFFSETS = (-3, -1, 1, 3, 7, 15, 30)
# PostgreSQL has the same arithmetic to follow; with these it still meets every lateness on every rung.
UNITS, INDICATORS = 40 if connection.vendor == "sqlite" else 8, 26
# Days after the due day on which the units hand in, by the remainder of unit + indicator + month; None: never.
LATENESS = (-6, -2, 0, 0, 0, 1, 1, 2, 4, 9, 20, 35, None, 0, -1, 3, 5)
RETURNED = 5  # every so many-th of what was handed in comes back three days later
FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)


@dataclass
class Life:
    """One cycle of one obligation as the story tells it."""

    key: tuple[int, int, int]  # unit, indicator and month, cycle
    opened: date
    due: date
    over: date | None = None  # handed in, or taken over by the next cycle, before that day's sweeps


def expected_firings(lives: list[Life]) -> set[tuple[tuple[int, int, int], int, date, bool]]:
    """(cycle, rung, day, told) of the whole year, by counting days."""
    expected = set()
    for life in lives:
        days: dict[date, list[int]] = defaultdict(list)
        for offset in OFFSETS:
            day = max(nth_working_day(life.due, offset), life.opened)
            if day <= LAST and (life.over is None or day < life.over):
                days[day].append(offset)
        for day, offsets in days.items():
            expected |= {(life.key, offset, day, offset == max(offsets)) for offset in offsets}
    return expected


def test_every_rung_fires_once_on_its_day() -> None:
    make_ladder()
    units = [
        Unit.objects.create(name=f"第{n}单位", short_name=f"第{n}", kind=UnitKind.BUREAU, order=n)
        for n in range(UNITS)
    ]
    for unit in units[::10]:  # somebody to tell; who is told what has tests of its own
        give_role(UserFactory(), unit, "reporter")
    places = {unit.pk: unit.order for unit in units}
    lives: list[Life] = []
    rows: dict[tuple[int, int, int], Obligation] = {}
    handed_in: dict[date, list[Life]] = defaultdict(list)
    sent_back: dict[date, list[Life]] = defaultdict(list)

    def plan(life: Life, late_by: int | None, back: bool) -> None:
        lives.append(life)
        if late_by is not None:
            done = max(life.due + timedelta(days=late_by), life.opened)
            life.over = done
            handed_in[done].append(life)
            if back:
                sent_back[done + timedelta(days=3)].append(life)

    def open_month(day: date) -> None:
        period = periods.month(day.year, day.month)
        due = first_working_day(period.end + timedelta(days=5))
        made = [
            Obligation(
                kind="report",
                unit=unit,
                subject_kind="report",
                subject_id=day.month * 100 + indicator,
                subject_label=f"{indicator} {period.label}",
                subject_url="/reports/1/",
                due_on=due,
                locks_on=nth_working_day(due, 5),
                opened_on=day,
                **period_columns(period),
            )
            for unit in units
            for indicator in range(INDICATORS)
        ]
        owe_all(made)
        if (
            connection.vendor == "postgresql"
        ):  # as autovacuum does, which sees nothing of a test's transaction
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        for row in Obligation.objects.filter(period_start=period.start):
            key = (row.unit_id, row.subject_id, 1)
            rows[key] = row
            number = places[row.unit_id] + row.subject_id
            plan(Life(key, day, due), LATENESS[number % len(LATENESS)], number % RETURNED == 0)

    def hand_in(day: date) -> None:
        ids = [rows[life.key].pk for life in handed_in[day]]
        now = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        assert Obligation.objects.open().filter(pk__in=ids).update(done_at=now, done_on=day) == len(ids)

    def send_back(day: date) -> None:
        for life in sent_back[day]:
            unit, subject, cycle = life.key
            due = nth_working_day(day, 2)
            key = (unit, subject, cycle + 1)
            rows[key] = open_cycle(rows[life.key], due, None, "退回", term_days=2)
            number = places[unit] + subject // 3
            plan(Life(key, day, due), LATENESS[number % len(LATENESS)], False)

    day = FIRST
    while day <= LAST:
        with clock.at(day):
            if day.day == 1:
                open_month(day)
            send_back(day)
            hand_in(day)
            first, second = sweep(), sweep()
            assert second.run.moved == 0
            assert first.run.fired >= first.run.moved
        day += timedelta(days=1)

    keys = {row.pk: key for key, row in rows.items()}
    fired = [
        (keys[pk], offset, on, told)
        for pk, offset, on, told in Firing.objects.values_list(
            "obligation_id", "rung__offset", "fired_on", "told"
        )
    ]
    assert len(lives) > UNITS * INDICATORS * 12
    assert len(fired) == len(set(fired))
    assert set(fired) == expected_firings(lives)
    assert SweepRun.objects.count() == 2 * 365
    proposed = {
        (keys[pk], offset) for pk, offset in Proposal.objects.values_list("obligation_id", "rung__offset")
    }
    assert proposed == {(key, offset) for key, offset, _, told in fired if offset >= 3 and told}
    # Holidays are in it: nothing moved during the week of the National Day but what had to be told anew.
    assert not [one for one in fired if date(2017, 10, 1) <= one[2] <= date(2017, 10, 8) and one[0][2] == 1]
