"""Forecasts beside their verdicts, the list of suspicions, what the home page and the wall say; how many queries."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chuangmo.jobs.services import enqueue, run_due
from chuangmo.periods import month
from indicators.assessment.models import Verdict
from indicators.assessment.services import refresh_all
from indicators.insight.models import Forecast, StaleWatch, Suspicion
from indicators.insight.services import recheck, refresh_forecasts
from tests.factories import Cast, make_figure
from tests.indicators.insight.cast import make_rule, make_suspicion
from tests.indicators.insight.conftest import accepted, months

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

MAY = month(2017, 5)
SHOW = "/p/2017/indicators/18/"


def page_of(cast: Cast, url: str, who: str = "office") -> HttpResponse:
    client = Client()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url)


def words(response: HttpResponse) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def waste(cast: Cast, treated: int = 80, last: int = 5) -> None:
    for period in months(1, last):
        accepted(cast, period, 100, treated)
        accepted(cast, period, 100, treated + 10, unit=cast.other_county)


# Forecasts --------------------------------------------------------------------------------------------


def test_a_forecast_is_made_with_its_verdict_and_shown_beside_it(rated: Cast) -> None:
    waste(rated, 70)
    refresh_all(plan=rated.plan)
    forecast = Forecast.objects.get(as_of=MAY.end)
    verdict = Verdict.objects.get(as_of=MAY.end, is_current=True)
    assert forecast.inputs_digest == verdict.inputs_digest
    page = words(page_of(rated, SHOW))
    assert "预测与余量 ■ 预计不达标" in page
    assert "后7个月平均不低于 92.15% 才能达标" in page
    assert "按今年已有各期的平均推算；数据到 2017 年 5 月" in page


def test_the_wall_says_in_a_line_what_is_left(rated: Cast) -> None:
    waste(rated, 70)
    refresh_all(plan=rated.plan)
    assert "后7个月平均不低于 92.15% 才能达标" in words(page_of(rated, "/p/2017/indicators/"))


def test_a_forecast_of_other_inputs_than_the_verdict_is_not_shown(rated: Cast) -> None:
    waste(rated)
    refresh_all(plan=rated.plan)
    Forecast.objects.update(inputs_digest="0" * 64)
    assert "预测与余量" not in words(page_of(rated, SHOW))
    assert refresh_forecasts(plan=rated.plan) == 5
    assert "预测与余量" in words(page_of(rated, SHOW))
    assert refresh_forecasts(plan=rated.plan) == 0


def test_a_correction_makes_the_forecasts_from_its_month_on_anew(rated: Cast) -> None:
    waste(rated)
    refresh_all(plan=rated.plan)
    before = dict(Forecast.objects.values_list("as_of", "line"))
    figure = rated.treated.figures.get(unit=rated.county, period_start=month(2017, 4).start)
    figure.value -= 30
    figure.save()
    refresh_all(plan=rated.plan)
    after = dict(Forecast.objects.values_list("as_of", "line"))
    assert sorted(day.month for day in before if before[day] != after[day]) == [4, 5]


def test_a_forecast_that_fails_does_not_keep_the_verdict_away(rated: Cast, monkeypatch, caplog) -> None:
    waste(rated)
    monkeypatch.setattr(
        "indicators.insight.services.forecasts.forecast_of",
        lambda *_: (_ for _ in ()).throw(ArithmeticError("x")),
    )
    refresh_all(plan=rated.plan)
    assert Verdict.objects.filter(is_current=True).count() == 5
    assert Forecast.objects.count() == 0
    assert "no forecast for indicator" in caplog.text


def test_units_and_years_are_compared(rated: Cast) -> None:
    waste(rated)
    for period in months(1, 12, 2016):
        for unit in (rated.county, rated.other_county):
            make_figure(rated.produced, unit, period, 100)
            make_figure(rated.treated, unit, period, 84)
    refresh_all(plan=rated.plan)
    response = page_of(rated, SHOW)
    labels = re.findall(r'<svg class="echart"[^>]*aria-label="([^"]*)"', response.content.decode())
    assert [label.split("：")[0] for label in labels[-2:]] == [
        "生活垃圾无害化处理率",
        "生活垃圾无害化处理率",
    ]
    assert "1月 84.00 → 85.00" in labels[-2]
    assert "钟山区 80.00 ■ 未达，水城县 90.00；要求 ≥ 85%" in labels[-1]


# The watch --------------------------------------------------------------------------------------------


def test_the_list_shows_open_ones_first_and_filters(cast: Cast) -> None:
    make_rule()
    for period in months(1, 5):
        accepted(cast, period, 100, 120 if period.start.month > 3 else 90)
    recheck(plan=cast.plan)
    Suspicion.objects.filter(period_end=MAY.end).update(state="dismissed", reason="不是错")
    page = page_of(cast, "/watch/")
    assert [row.period.code for row in page.context["page"]] == ["2017-04"]
    page = page_of(cast, "/watch/?state=")
    assert [row.period.code for row in page.context["page"]] == ["2017-05", "2017-04"]
    assert [row.period.code for row in page_of(cast, "/watch/?state=dismissed").context["page"]] == [
        "2017-05"
    ]


@pytest.mark.parametrize(
    ("person", "seen"),
    [("office", 3), ("observer", 3), ("owner", 1), ("stranger", 1), ("lead", 2), ("county_office", 1)],
)
def test_everybody_sees_their_own(cast: Cast, person: str, seen: int) -> None:
    make_suspicion(accepted(cast, MAY, 100, 120))
    make_suspicion(accepted(cast, MAY, 100, 120, unit=cast.other_county))
    make_suspicion(accepted(cast, month(2017, 4), 100, 120), unit=None)
    shown = page_of(cast, "/watch/", person).context["page"].paginator.count
    assert shown == seen + (1 if person == "lead" else 0)


def test_the_office_finds_them_on_its_home_page_and_nobody_else(cast: Cast) -> None:
    make_suspicion(accepted(cast, MAY, 100, 120))
    assert "待核实的存疑数据" in words(page_of(cast, "/"))
    assert "待核实的存疑数据" not in words(page_of(cast, "/", "owner"))


def test_an_indicator_leads_to_its_suspicions(rated: Cast) -> None:
    suspicion = make_suspicion(accepted(rated, MAY, 100, 120))
    page = page_of(rated, SHOW)
    assert f'href="/watch/{suspicion.pk}/"' in page.content.decode()
    assert suspicion.text in words(page)


def _queries(cast: Cast, url: str) -> int:
    page_of(cast, url)  # what is remembered for good is read now
    with CaptureQueriesContext(connection) as queries:
        assert page_of(cast, url).status_code == 200
    return len(queries)


def test_the_list_takes_as_many_queries_for_hundred_as_for_ten(cast: Cast) -> None:
    report = accepted(cast, MAY, 100, 120)
    for _ in range(10):
        make_suspicion(report)
    few = _queries(cast, "/watch/")
    for _ in range(90):
        make_suspicion(report)
    assert _queries(cast, "/watch/") == few


def test_the_commands_do_what_the_pages_do(rated: Cast, capsys) -> None:
    make_rule()
    waste(rated, 120)
    call_command("recheck_watch", "--all")
    assert "新存疑 10 条" in capsys.readouterr().out
    call_command("recheck_watch")
    assert "新存疑 0 条" in capsys.readouterr().out
    refresh_all(plan=rated.plan)
    call_command("refresh_forecasts")
    assert "写入 0 条预测" in capsys.readouterr().out


def test_at_night_what_a_dead_process_left_is_caught_up(rated: Cast) -> None:
    make_rule()
    waste(rated, 120)
    refresh_all(plan=rated.plan)
    Forecast.objects.all().delete()
    StaleWatch.objects.create(element_code="i18.treated")
    job = enqueue("insight.recheck")
    run_due()
    job.refresh_from_db()
    assert job.result == {"opened": 10, "gone": 0, "forecasts": 5}
    assert StaleWatch.objects.count() == 0
