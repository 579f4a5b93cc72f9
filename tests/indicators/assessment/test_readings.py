"""Verdicts from readings in the database: gathered, refreshed when they change, traced to batch and person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from chuangmo.org.models import Unit
from indicators.assessment.models import StaleVerdict, Verdict
from indicators.assessment.queries.inputs import gather
from indicators.assessment.services import readings_changed, refresh_all
from indicators.monitoring.models import AirDay, Batch, BatchKind, WaterSample
from indicators.plan.models import Indicator, Plan, Site, SiteKind
from indicators.plan.services.registers import save_plan_row
from tests.factories import UserFactory, give_role, load_whole_plan
from tests.indicators.assessment.readings import air_month, firm_test, make_batch, make_site, noise, water

pytestmark = pytest.mark.django_db


@dataclass
class City:
    """The real plan with an air station, a section, a grid point and a firm, and readings from January to April."""

    plan: Plan
    bureau: Unit
    office: object
    station: Site
    section: Site
    batch: Batch

    def verdict(self, number: int, as_of: date) -> Verdict:
        return Verdict.objects.get(
            indicator__plan=self.plan, indicator__number=number, as_of=as_of, is_current=True
        )


@pytest.fixture
def city(db: None) -> City:
    load_whole_plan()
    plan = Plan.objects.current()
    bureau = Unit.objects.get(short_name="市环保局")
    office = UserFactory(username="office", name="钱主任")
    give_role(office, Unit.objects.get(name="市创模办"), "office")
    county = Unit.objects.get(name="钟山区人民政府")
    Site.objects.filter(kind=SiteKind.FIRM).delete()
    station = make_site("air1", SiteKind.AIR, county, name="市环境监测站")
    section = make_site(
        "sec1", SiteKind.SECTION, county, name="德坞河", target_class=3, water_body="river", is_outflow=True
    )
    point = make_site("n1", SiteKind.NOISE_GRID, county)
    firm = make_site("f1", SiteKind.FIRM, county, name="水城钢铁")
    batch = make_batch(BatchKind.AIR_DAY, bureau, office)
    for number in range(1, 5):
        air_month(station, batch, date(2017, number, 1), bad=3)
        water(section, batch, date(2017, number, 8), nh3n="0.8", do="7.6")
    noise(point, batch, "55.0")
    firm_test(firm, batch, date(2017, 1, 1), True)
    return City(plan, bureau, office, station, section, batch)


def client_of(city: City) -> Client:
    client = Client()
    client.force_login(city.office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_measured_indicator_gets_its_verdict_from_readings(city: City) -> None:
    refresh_all(plan=city.plan)
    april = date(2017, 4, 30)
    assert {number: city.verdict(number, april).status for number in (8, 10, 11, 15)} == {
        8: "met",
        10: "met",
        11: "met",
        15: "met",
    }
    assert city.verdict(8, april).headline == "90.0%"
    assert "余 42 天" in city.verdict(8, april).remark


def test_all_26_have_a_verdict_at_every_complete_month(city: City) -> None:
    refresh_all(plan=city.plan)
    assert Verdict.objects.filter(is_current=True).count() == 26 * 5


def test_a_corrected_reading_reaches_only_the_indicator_that_reads_it(
    city: City, django_capture_on_commit_callbacks
) -> None:
    refresh_all(plan=city.plan)
    before = set(Verdict.objects.values_list("pk", flat=True))
    old = WaterSample.objects.get(site=city.section, taken_on=date(2017, 4, 8))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        WaterSample.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
        water(city.section, city.batch, date(2017, 4, 8), nh3n="9.9", do="7.6")
        readings_changed(indicator_numbers=[10], from_day=date(2017, 4, 8))
    fresh = Verdict.objects.exclude(pk__in=before)
    assert set(fresh.values_list("indicator__number", "as_of")) == {
        (10, date(2017, 4, 30)),
        (10, date(2017, 5, 31)),
    }
    assert city.verdict(10, date(2017, 4, 30)).status == "missed"
    assert city.verdict(10, date(2017, 3, 31)).status == "met"
    assert not StaleVerdict.objects.exists()


def test_a_section_with_a_stricter_class_is_judged_again(
    city: City, django_capture_on_commit_callbacks
) -> None:
    refresh_all(plan=city.plan)
    with django_capture_on_commit_callbacks(execute=True):
        city.section.target_class = 2
        save_plan_row(row=city.section, by=None)
    assert city.verdict(10, date(2017, 1, 31)).status == "missed"


def test_a_fact_of_the_plan_brings_the_part_that_asks_for_it(
    city: City, django_capture_on_commit_callbacks
) -> None:
    """Indicator 14: reuse counts only in a city that is short of water."""
    refresh_all(plan=city.plan)
    parts = city.verdict(14, date(2017, 4, 30)).result["parts"]
    assert [(part["code"], part["status"]) for part in parts] == [
        ("treated", "none"),
        ("reused", "not_applicable"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        city.plan.facts = {"water_short_city": True}
        save_plan_row(row=city.plan, by=None)
    parts = city.verdict(14, date(2017, 4, 30)).result["parts"]
    assert [part["status"] for part in parts] == ["none", "none"]


def test_incremental_equals_full(city: City, django_capture_on_commit_callbacks) -> None:
    refresh_all(plan=city.plan)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        AirDay.objects.filter(day__range=(date(2017, 2, 1), date(2017, 2, 10))).update(
            superseded_at=timezone.now()
        )
        readings_changed(indicator_numbers=[8], from_day=date(2017, 2, 1))
    step_by_step = digests()
    Verdict.objects.all().delete()
    refresh_all(plan=city.plan)
    assert digests() == step_by_step
    assert city.verdict(8, date(2017, 3, 31)).status == "partial"


def digests() -> list[tuple[int, date, str, str]]:
    rows = Verdict.objects.filter(is_current=True).order_by("indicator__number", "as_of")
    return list(rows.values_list("indicator__number", "as_of", "status", "inputs_digest"))


@pytest.mark.parametrize("months", [1, 4])
def test_gathering_readings_takes_the_same_queries_whatever_was_measured(
    city: City, months: int, django_assert_num_queries
) -> None:
    WaterSample.objects.filter(taken_on__month__gt=months).delete()
    AirDay.objects.filter(day__month__gt=months).delete()
    ids = list(Indicator.objects.filter(number__in=[8, 9, 10, 11, 12, 15]).values_list("pk", flat=True))
    # 7 as without readings; sites, lead units, air, samples, tests, and noise of two kinds in four years
    with django_assert_num_queries(7 + 5 + 8):
        subjects = gather(city.plan, ids)
    assert len(subjects[2].inputs.readings.samples) == months


def test_the_sources_lead_from_the_class_to_file_and_person(
    city: City, django_assert_max_num_queries
) -> None:
    refresh_all(plan=city.plan)
    client = client_of(city)
    with django_assert_max_num_queries(14):
        response = client.get("/p/2017/indicators/10/sources/?month=2017-04")
    branch = response.context["tree"][0]
    rows = branch.steps[0].readings
    assert [(one.row.label, one.row.text) for one in rows] == [
        (f"2017年{number}月", "Ⅲ类") for number in range(1, 5)
    ]
    source = rows[0].sources[0]
    assert (source.file_name, source.accepted_by, source.revision_no) == ("四月监测.xlsx", "钱主任", 1)
    assert f'href="{city.batch.get_absolute_url()}"' in response.content.decode()


@pytest.mark.parametrize(
    ("number", "query", "status"),
    [
        (8, "of=2017-04&w:A|2017-04=25", "missed"),
        (10, "of=2017-04&site=sec1&w:W|sec1|2017-04|nh3n=5", "missed"),
        (11, "site=n1&w:N|n1=61", "missed"),
        (15, "of=2017Q1&site=f1&w:T|f1|2017Q1=no", "missed"),
        (15, "of=2017Q1&site=f1&w:T|f1|2017Q1=缺", "partial"),
    ],
)
@pytest.mark.sqlite_only
def test_a_supposed_reading_moves_the_verdict_and_stays_supposed(
    city: City, number: int, query: str, status: str
) -> None:
    refresh_all(plan=city.plan)
    before = digests()
    response = client_of(city).get(f"/p/2017/indicators/{number}/what-if/?month=2017-04&{query}")
    trial = response.context["trial"]
    assert (trial.before.status, trial.after.status) == ("met", status)
    assert any(row.typed for row in trial.rows)
    assert digests() == before
