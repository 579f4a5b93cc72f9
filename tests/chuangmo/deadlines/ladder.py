"""The ladder of the fixtures, and working days of 2017 counted by hand: what the tests compare the application with.

The list is the State Council's notice for 2017 (国办发明电〔2016〕17号), typed here a second time on purpose.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from chuangmo.deadlines.models import Rung

FREE_2017 = {
    *(date(2017, 1, day) for day in (1, 2, 27, 28, 29, 30, 31)),
    date(2017, 2, 1),
    date(2017, 2, 2),
    *(date(2017, 4, day) for day in (2, 3, 4, 29, 30)),
    date(2017, 5, 1),
    *(date(2017, 5, day) for day in (28, 29, 30)),
    *(date(2017, 10, day) for day in range(1, 9)),
    date(2017, 12, 30),
    date(2017, 12, 31),
    date(2018, 1, 1),
}
MADE_UP_2017 = {
    date(2017, 1, 22),
    date(2017, 2, 4),
    date(2017, 4, 1),
    date(2017, 5, 27),
    date(2017, 9, 30),
}


def works(day: date) -> bool:
    """Whether people worked on that day of 2017."""
    return day in MADE_UP_2017 or (day.weekday() < 5 and day not in FREE_2017)


def nth_working_day(day: date, n: int) -> date:
    """Counted one by one."""
    while n:
        day += timedelta(days=1 if n > 0 else -1)
        if works(day):
            n -= 1 if n > 0 else -1
    return day


def first_working_day(day: date) -> date:
    return day if works(day) else nth_working_day(day, 1)


def make_ladder() -> dict[int, Rung]:
    """The rungs of the fixtures by offset."""
    path = Path(settings.BASE_DIR) / "fixtures/common/10-ladder.json"
    for entry in json.loads(path.read_text(encoding="utf-8")):
        Rung.objects.create(**entry["fields"])
    return {rung.offset: rung for rung in Rung.objects.in_force()}
