"""What the wall shows on the morning of 6 June 2017: domain.md §3 on the demonstration's figures."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from chuangmo.org.models import Installation
from indicators.assessment.models import StaleVerdict, Verdict
from indicators.demonstration.rules.days import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]
MAY = date(2017, 5, 31)


def on_the_wall(day: date = MAY) -> dict[int, Verdict]:
    rows = Verdict.objects.filter(is_current=True, as_of=day).select_related("indicator")
    return {row.indicator.number: row for row in rows}


def test_most_are_met_two_miss_three_are_on_the_margin_one_lacks_a_county() -> None:
    by_status: dict[str, list[int]] = {}
    for number, verdict in sorted(on_the_wall().items()):
        by_status.setdefault(verdict.status, []).append(number)
    assert by_status == {
        "met": [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 16, 17, 20, 21, 23, 25, 26],
        "missed": [8, 22],
        "margin": [4, 12, 19],
        "partial": [18],
        "none": [24],
    }


def test_the_missing_county_is_named_with_month_and_day() -> None:
    verdict = on_the_wall()[18]
    assert verdict.card["missing_units"] == ["水城县"]
    assert "水城县 2017年4月 生活垃圾产生量" in verdict.remark


def test_the_unlocked_report_marks_its_indicator_as_being_corrected() -> None:
    correcting = [number for number, verdict in on_the_wall().items() if verdict.is_correcting]
    assert correcting == [14]


def test_every_complete_month_has_its_verdicts_and_none_is_stale() -> None:
    counts = Counter(Verdict.objects.filter(is_current=True).values_list("as_of", flat=True))
    ends = [date(2017, 1, 31), date(2017, 2, 28), date(2017, 3, 31), date(2017, 4, 30), MAY]
    assert counts == dict.fromkeys(ends, 26)
    assert not StaleVerdict.objects.exists()
    [moment] = set(Verdict.objects.values_list("computed_at", flat=True))
    assert moment <= NOW


def test_it_says_of_itself_that_it_is_a_demonstration() -> None:
    assert Installation.current().is_demonstration
