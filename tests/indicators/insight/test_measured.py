"""What was measured: its forecasts and its charts on the page of the indicator."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from chuangmo.org.models import Unit
from indicators.assessment.services import refresh_all
from indicators.insight.models import Forecast
from indicators.monitoring.models import BatchKind
from indicators.plan.models import Plan, SiteKind
from tests.factories import UserFactory, give_role, load_whole_plan
from tests.indicators.assessment.readings import air_month, make_batch, make_site, noise, water

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Client:
    """The office's browser in the real plan's city: four months of one air station, a section, two noise points."""
    load_whole_plan()
    office = UserFactory(username="office", name="钱主任")
    give_role(office, Unit.objects.get(name="市创模办"), "office")
    county = Unit.objects.get(name="钟山区人民政府")
    station = make_site("air1", SiteKind.AIR, county)
    section = make_site("sec1", SiteKind.SECTION, county, name="德坞河", target_class=2, water_body="river")
    batch = make_batch(BatchKind.AIR_DAY, Unit.objects.get(short_name="市环保局"), office)
    for number in range(1, 5):
        air_month(station, batch, date(2017, number, 1), bad=3)
        water(section, batch, date(2017, number, 8), nh3n="0.8" if number == 3 else "0.4", do="7.6")
    for name, longitude, leq in (("n1", "104.81", "55.0"), ("n2", "104.93", "61.5")):
        point = make_site(name, SiteKind.NOISE_GRID, county, name=name, longitude=longitude, latitude="26.59")
        noise(point, batch, leq)
    refresh_all(plan=Plan.objects.current())
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def spoken(client: Client, number: int) -> list[str]:
    page = client.get(f"/p/2017/indicators/{number}/?month=2017-04").content.decode()
    return re.findall(r'<svg class="echart"[^>]*aria-label="([^"]*)"', page)


def test_the_days_left_are_said_in_words_and_shown_in_a_calendar(office: Client) -> None:
    row = Forecast.objects.get(indicator__number=8, as_of=date(2017, 4, 30))
    allowances = {part["code"]: part["allowance"] for part in row.body["parts"]}
    assert allowances["good_days"] == "截至4月已有 12 天超标，全年最多 54 天，余 42 天"
    assert allowances["annual"].startswith("PM₂.₅ 至今平均 30 µg/m³，限值 35 µg/m³；后8个月平均不高于")
    assert (
        "2017年空气质量日历：优良 108 天，有效 120 天（优 108 天、轻度污染 12 天）" in spoken(office, 8)[-1]
    )


def test_water_classes_by_section_and_month_are_the_verdicts_own(office: Client) -> None:
    (chart,) = spoken(office, 10)
    assert chart.endswith("德坞河（钟山区）（目标Ⅱ）Ⅱ、Ⅱ、Ⅲ×、Ⅱ")


def test_noise_has_its_map(office: Client) -> None:
    (chart,) = spoken(office, 11)
    assert "2 个点位，算术平均 58.2 dB(A)，超过 60 dB(A) 的 1 个：n2 61.5" in chart
