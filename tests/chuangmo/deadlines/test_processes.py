"""Ten days of 2017 with real workers on PostgreSQL: two sweeps at once, and workers killed in the middle of it.

What comes out is compared with the plain arithmetic of `ladder.py`, as in the simulated year.
"""

from __future__ import annotations

import random
from datetime import date

import pytest

from chuangmo import clock
from chuangmo.deadlines.models import Firing, Obligation, Proposal, Rung
from chuangmo.jobs.models import Job, State
from chuangmo.jobs.services import enqueue
from chuangmo.jobs.services.sweeping import sweep as sweep_jobs
from chuangmo.notices.models import Notice
from tests.chuangmo.deadlines.ladder import make_ladder, nth_working_day
from tests.factories import ObligationFactory, make_cast
from tests.services import Processes, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres_only,
    pytest.mark.django_db(transaction=True),
]

# Before, on and after due days of January, May and September; the make-up days and holidays among them.
DAYS = (
    date(2017, 1, 22),
    date(2017, 2, 4),
    date(2017, 4, 1),
    date(2017, 5, 27),
    date(2017, 6, 6),
    date(2017, 6, 8),
    date(2017, 6, 26),
    date(2017, 9, 30),
    date(2017, 10, 8),
    date(2017, 10, 9),
)
OFFSETS = (-3, -1, 1, 3, 7, 15, 30)
ROWS, KIND = 400, "drill"


def test_ten_days_with_workers_that_die(processes: Processes) -> None:
    cast = make_cast()
    make_ladder()
    Rung.objects.update(min_gap=0)  # days lie far apart here, and what was missed comes at once
    dues = [nth_working_day(date(2017, 1, 1), n * 3) for n in range(1, 70)]
    with clock.at(date(2017, 1, 1)):
        rows = [
            ObligationFactory.build(
                unit=cast.county, kind=KIND, subject_kind=KIND, subject_id=n, due_on=dues[n % len(dues)]
            )
            for n in range(ROWS)
        ]
        Obligation.objects.bulk_create(rows)
    chance = random.Random(2017)
    last = {"CHUANGMO_TODAY": DAYS[-1].isoformat()}  # a sweep may look back, never ahead
    workers = [processes.worker(**last) for _ in range(2)]
    for place, day in enumerate(DAYS):
        for one in "ab":
            enqueue("deadlines.sweep", key=f"{day}{one}", args={"at": day.isoformat()})
        if place % 3 == 1:  # somewhere in the middle of the work
            wait_until(lambda: Job.objects.exclude(state=State.WAITING).exists(), 30, "somebody began")
            victim = chance.randrange(2)
            workers[victim].kill()
            workers[victim] = processes.worker(**last)
        wait_until(_all_done, 60, f"both sweeps of {day} are done")
    assert not Job.objects.exclude(state=State.DONE).exists()
    expected = set()
    for row in rows:
        by_day: dict[date, list[int]] = {}
        for offset in OFFSETS:
            on = nth_working_day(row.due_on, offset)
            later = [day for day in DAYS if day >= on]
            if later:
                by_day.setdefault(later[0], []).append(offset)
        for day, offsets in by_day.items():
            expected |= {(row.subject_id, offset, day, offset == max(offsets)) for offset in offsets}
    ours = Firing.objects.filter(obligation__kind=KIND)  # the workers open the plan's reports besides
    fired = list(ours.values_list("obligation__subject_id", "rung__offset", "fired_on", "told"))
    assert len(fired) == len(set(fired))
    assert set(fired) == expected
    told = [one for one in fired if one[3]]
    proposals = Proposal.objects.filter(obligation__kind=KIND).count()
    assert proposals == len([one for one in told if one[1] >= 3])
    # Everybody hears of each told rung once: the owner of all, the office of the proposals alone.
    notices = Notice.objects.filter(
        subject_kind="obligation", subject_id__in=Obligation.objects.filter(kind=KIND).values("pk")
    )
    assert notices.filter(user=cast.owner).count() == len(told)
    assert notices.filter(user=cast.office).count() == proposals


def _all_done() -> bool:
    """Also gives the jobs of the killed to the living, as the timetable's process does."""
    sweep_jobs()
    return not Job.objects.filter(state__in=[State.WAITING, State.RUNNING]).exists()
