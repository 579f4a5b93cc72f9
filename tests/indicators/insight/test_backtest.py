"""The forecasts were tested on years that are over; what the documentation says of them is what the command finds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from indicators.insight.management.commands.backtest_forecast import _air_cases
from indicators.insight.rules.backtesting import ratio_cases, scores
from indicators.insight.rules.projecting import RUN_RATE, SEASONAL


def test_a_year_that_runs_as_the_last_one_is_foretold_exactly_by_the_season() -> None:
    year = [Decimal(10 * month) for month in range(1, 13)]
    whole = {2015: year, 2016: [one * 2 for one in year]}
    days = {2015: [Decimal(30)] * 12, 2016: [Decimal(30)] * 12}
    score = scores(ratio_cases("量", whole, days, Decimal(1)))["量"]
    assert score.count == 11
    assert score.errors[SEASONAL] < Decimal("1e-20") < score.errors[RUN_RATE]


def test_a_year_is_not_foretold_from_itself_or_from_later_ones() -> None:
    days = {year: [Decimal(30)] * 12 for year in (2014, 2015)}
    whole = {2014: [Decimal(1)] * 12, 2015: [Decimal(2)] * 12}
    cases = ratio_cases("量", whole, days, Decimal(1))
    assert {case.year for case in cases} == {2015}


def test_on_published_air_data_the_season_is_nearer_than_the_run_rate_everywhere() -> None:
    found = scores(_air_cases())
    assert len(found) == 6
    assert {name for name, score in found.items() if not (score.skill or 0) > 0} == set()
    assert all(score.within[SEASONAL] >= Decimal("0.6") for score in found.values())


def test_the_documentation_has_the_figures_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("backtest_forecast")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    page = (Path(settings.BASE_DIR) / "docs" / "forecast.md").read_text(encoding="utf-8")
    assert len(lines) > 10
    assert [line for line in lines if line not in page] == []
