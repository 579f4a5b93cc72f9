"""Good days: what is allowed, what is left, where it leads to."""

from calendar import monthrange
from decimal import Decimal

import pytest

from indicators.insight.rules.good_days import AirMonth, allowance_of, allowance_words, project_days
from indicators.insight.rules.projecting import RUN_RATE, SEASONAL

CALENDAR = {month: monthrange(2017, month)[1] for month in range(1, 13)}


def months(bad: dict[int, int], last: int = 12) -> list[AirMonth]:
    """Months of 2017, every day valid."""
    return [AirMonth(m, CALENDAR[m] - bad.get(m, 0), CALENDAR[m], CALENDAR[m]) for m in range(1, last + 1)]


def test_the_allowance_is_counted_on_365_days():
    assert [allowance_of(Decimal(limit)) for limit in ("85", "80", "100")] == [54, 73, 0]


def test_the_words_say_how_many_days_are_left():
    found = project_days(months({1: 7, 2: 5}, 5), {}, calendar=CALENDAR, limit_pct=Decimal(85))
    assert allowance_words(found, 5) == "截至5月已有 12 天超标，全年最多 54 天，余 42 天"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (54, "截至4月已有 54 天超标，全年最多 54 天，余 0 天"),
        (55, "截至4月已有 55 天超标，全年最多 54 天，已多出 1 天，已不可能达标"),
    ],
)
def test_the_last_day_of_the_allowance_is_still_allowed(bad, words):
    found = project_days(months({1: 20, 2: 20, 3: bad - 40}, 4), {}, calendar=CALENDAR, limit_pct=Decimal(85))
    assert allowance_words(found, 4) == words


def test_without_a_whole_earlier_year_the_rate_goes_on():
    found = project_days(
        months({1: 10}, 1), {2016: months({1: 1}, 11)}, calendar=CALENDAR, limit_pct=Decimal(85)
    )
    assert found.method == RUN_RATE
    assert found.likely == Decimal(10) + Decimal(10) / 31 * 334


def test_a_bad_winter_is_not_carried_into_the_summer():
    past = {2016: months({1: 20, 2: 18, 12: 20})}
    found = project_days(months({1: 20, 2: 18}, 2), past, calendar=CALENDAR, limit_pct=Decimal(85))
    assert found.method == SEASONAL
    assert found.likely == pytest.approx(Decimal(58))
    assert found.low < found.likely < found.high


def test_no_valid_day_is_no_forecast():
    nothing = [AirMonth(1, 0, 0, 31)]
    assert project_days(nothing, {}, calendar=CALENDAR, limit_pct=Decimal(85)) is None
