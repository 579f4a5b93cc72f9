"""How the rest of a year is projected: hand-worked cases, and what holds whatever the figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.insight.rules.projecting import (
    RUN_RATE,
    SEASONAL,
    Flow,
    damped,
    method_for,
    project_ratio,
    project_sum,
    rest_of,
)

QUARTERS = (3, 3, 3, 3)
amounts = st.decimals(min_value=1, max_value=10_000, places=2)


def flow(so_far, past=(), months=QUARTERS) -> Flow:
    def numbers(some):
        return tuple(Decimal(str(one)) for one in some)

    return Flow(months, numbers(so_far), tuple(numbers(year) for year in past))


def test_the_run_rate_goes_on_at_the_mean_of_the_months_so_far():
    january_and_february_together = (2, *(1,) * 10)
    assert rest_of(flow([200, 100], months=january_and_february_together), RUN_RATE) == 900


def test_the_season_of_earlier_years_carries_on():
    # Last years the first quarter was 40 of 100: a first quarter of 60 leads to 150.
    made = project_sum(flow([60], [[40, 20, 20, 20], [40, 10, 20, 30]]))
    assert (made.method, made.likely, made.rest) == (SEASONAL, 150, 90)


def test_years_are_pooled_so_that_a_larger_one_weighs_more():
    assert rest_of(flow([10], [[10, 10, 10, 10], [100, 0, 0, 0]]), SEASONAL) == Decimal(10) * 30 / 110


@pytest.mark.parametrize(
    ("past", "method"),
    [((), RUN_RATE), ([[0, 1, 1, 1]], RUN_RATE), ([[1, 1, 1, 1]], SEASONAL)],
)
def test_the_seasonal_method_needs_an_earlier_year_that_had_begun(past, method):
    assert method_for(flow([5], past)) == method


def test_a_ratio_is_sums_over_sums_never_a_mean_of_ratios():
    upper, lower = flow([90], [[80, 40, 40, 40]]), flow([100], [[100, 50, 50, 50]])
    made = project_ratio(upper, lower, Decimal(100))
    # The rest: 135 of 150, as the first quarter stands to last year's; all: 225 of 250.
    assert (made.rest, made.rest_ratio, made.likely) == (150, 90, 90)


def test_the_rest_of_a_share_is_at_most_the_whole():
    upper, lower = flow([99], [[50, 60, 60, 60]]), flow([100], [[100, 100, 100, 100]])
    assert project_ratio(upper, lower, Decimal(100), ceiling=Decimal(100)).likely == Decimal("99.75")
    assert project_ratio(upper, lower, Decimal(100)).likely > 100


def test_a_denominator_of_zero_has_no_ratio():
    assert project_ratio(flow([0]), flow([0]), Decimal(100)) is None


def test_damping_carries_little_of_a_good_beginning_at_first_and_most_of_it_later():
    scale = Decimal("0.64")
    assert damped(scale, 6, 6) == Decimal("0.8")
    assert scale < damped(scale, 11, 6) < damped(scale, 1, 6) < 1
    assert damped(scale, 1, 0) == scale


def test_a_year_that_is_over_is_certain():
    made = project_sum(flow([1, 2, 3, 4], [[4, 3, 2, 1]]))
    assert (made.low, made.likely, made.high) == (10, 10, 10)


def test_more_months_make_the_range_narrower():
    past = [[20, 30, 25, 25], [30, 20, 25, 25]]
    widths = []
    for done in (1, 2, 3):
        made = project_sum(flow([25, 27, 24][:done], past))
        widths.append(made.high - made.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 0


@given(
    st.lists(amounts, min_size=1, max_size=3), st.lists(st.lists(amounts, min_size=4, max_size=4), max_size=3)
)
def test_what_is_there_stays_and_the_range_holds_the_likely_end(so_far, past):
    made = project_sum(flow(so_far, past))
    assert sum(so_far) <= made.low <= made.likely <= made.high
    assert made.likely == sum(so_far) + made.rest


@given(amounts, st.lists(amounts, min_size=4, max_size=4))
def test_a_year_that_runs_like_the_last_ends_like_it(factor, last):
    so_far = [factor * one for one in last[:2]]
    made = project_sum(flow(so_far, [last]))
    assert made.likely == pytest.approx(factor * sum(last))


def test_periods_that_do_not_fit_the_year_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        flow([1, 2, 3, 4, 5])
