"""Lights on the pages, the S-curve, and money: who writes it and what it adds up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from projects.works.models import (
    CountyFund,
    FundPlan,
    LightRule,
    MoneyFigure,
    Progress,
    Schedule,
    StageFigure,
)
from projects.works.queries.curves import curve_of
from projects.works.services.funds import save_county_fund, save_fund_plan
from projects.works.services.opening import open_progress
from tests.factories import Cast
from tests.projects.works.conftest import approved, client_of, make_project, words

LIST, SHOW, FUNDS = "/p/2017/projects/", "/p/2017/projects/chahe/", "/p/2017/projects/funds/"
JUNE_30, JULY_31 = date(2017, 6, 30), date(2017, 7, 31)


def accepted(project, as_of: date, percents: dict[str, int], money: tuple[int, int] | None = None) -> None:
    """Figures as an acceptance writes them."""
    progress = Progress.objects.filter(project=project, period_end=as_of).first()
    if progress is None:
        open_progress(plan=project.plan, until=as_of)
        progress = Progress.objects.get(project=project, period_end=as_of)
    common = {"progress": progress, "project": project, "as_of": as_of, "accepted_at": timezone.now()}
    for code, percent in percents.items():
        StageFigure.objects.create(code=code, percent=percent, started_on=date(2017, 6, 30), **common)
    if money is not None:
        MoneyFigure.objects.create(source="city", arrived=money[0], paid=money[1], **common)


@pytest.fixture
def going(cast: Cast, project, today):
    """Approved in June; 53 working days from 30 June to 31 August; now August."""
    approved(cast, project)
    today(date(2017, 8, 3))
    return project


def test_the_list_shows_light_forecast_and_counts(cast: Cast, going):
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5})
    html = words(client_of(cast.office).get(LIST))
    # 招标 should have ended on 20 July: 11 days; (5·100 + 10·100 + 8·50 + 30·5) / 53 = 38.7 % done.
    assert "偏慢 1 项" in html
    assert "完成 39%" in html
    text = words(client_of(cast.office).get(SHOW))
    assert "“招标”晚 11 天" in text
    assert "指标 18 的达标" in text  # 32 days gave 38.7 %: the rest takes 51 more, into September


def test_the_filter_by_light(cast: Cast, going):
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5})
    assert going.name in words(client_of(cast.office).get(f"{LIST}?light=yellow"))
    assert going.name not in words(client_of(cast.office).get(f"{LIST}?light=red"))


def test_the_light_turns_with_what_is_accepted(cast: Cast, going):
    assert "缺进度 1 项" in words(client_of(cast.office).get(LIST))
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 100, "works": 30})
    assert "正常 1 项" in words(client_of(cast.office).get(LIST))
    LightRule.objects.create(plan=cast.plan, behind_points=0)
    assert "正常 1 项" in words(client_of(cast.office).get(LIST))
    StageFigure.objects.filter(code="tender").update(percent=90)
    LightRule.objects.update(yellow_days=5)
    assert "滞后 1 项" in words(client_of(cast.office).get(LIST))


@pytest.mark.sqlite_only
def test_lights_of_many_ask_as_many_questions_as_of_few(cast: Cast, today):
    today(date(2017, 8, 3))
    client, counts = client_of(cast.office), []
    for count in (5, 25):
        while Schedule.objects.count() < count:
            number = Schedule.objects.count()
            one = make_project(cast, code=f"p{number}", name=f"第{number}项")
            approved(cast, one)
            accepted(one, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5}, (10, 5))
            FundPlan.objects.create(project=one, source="city", year=2017, amount=100)
        for url in (LIST, FUNDS):
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 30


# S-curve ------------------------------------------------------------------------------------------------


def test_the_curve_month_by_month(cast: Cast, going):
    FundPlan.objects.create(project=going, source="city", year=2017, amount=200)
    accepted(going, JUNE_30, {"approval": 20, "eia": 0, "tender": 0, "works": 0}, (50, 10))
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5}, (100, 60))
    schedule = Schedule.objects.prefetch_related("stages").get()
    points = curve_of([(going, schedule)])
    assert [point.label for point in points] == ["6 月", "7 月", "8 月"]
    # On 30 June one of the seven calendar days of 立项 (30 June to 6 July) is over: 5 · 1/7 of 53 working days.
    assert points[0].planned == Decimal(5) / 7 * 100 / 53
    assert [point.done for point in points] == [Decimal(100) / 53, Decimal(2050) / 53, None]
    assert [point.paid for point in points] == [Decimal(5), Decimal(30), None]
    assert points[2].planned == 100
    assert 'class="s-curve"' in client_of(cast.office).get(SHOW).content.decode()


def test_a_month_with_a_project_missing_is_not_drawn_as_done(cast: Cast, going):
    other = make_project(cast, code="second", name="第二项")
    approved(cast, other)
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5})
    rows = [(one.project, one) for one in Schedule.objects.prefetch_related("stages")]
    assert [point.done for point in curve_of(rows)] == [None, None, None]


# Money --------------------------------------------------------------------------------------------------


def test_the_plan_of_money_is_the_owner_s_and_audited(cast: Cast, project):
    for name in ("stranger", "lead", "office", "inspector", "observer", "admin"):
        with pytest.raises(Refused):
            save_fund_plan(
                by=getattr(cast, name), project_id=project.pk, amounts={("city", 2017): Decimal(1)}
            )
    save_fund_plan(
        by=cast.owner, project_id=project.pk, amounts={("city", 2017): Decimal(100), ("loan", 2016): None}
    )
    save_fund_plan(by=cast.owner, project_id=project.pk, amounts={("city", 2017): Decimal(120)})
    save_fund_plan(by=cast.owner, project_id=project.pk, amounts={("city", 2017): Decimal(120)})
    assert list(FundPlan.objects.values_list("source", "year", "amount")) == [("city", 2017, Decimal(120))]
    changes = AuditEvent.objects.filter(action="改资金计划").order_by("id").values_list("changes", flat=True)
    assert list(changes) == [{"2017 年市": ["", "100"]}, {"2017 年市": ["100", "120"]}]
    save_fund_plan(by=cast.owner, project_id=project.pk, amounts={("city", 2017): None})
    assert FundPlan.objects.count() == 0


def test_a_county_writes_its_own_fund_only(cast: Cast):
    values = {"plan": cast.plan, "budget": Decimal(50), "arrived": Decimal(30), "paid": Decimal(10)}
    with pytest.raises(Refused):
        save_county_fund(by=cast.stranger, unit_id=cast.county.pk, version=0, **values)
    with pytest.raises(Refused):
        save_county_fund(by=cast.lead_clerk, unit_id=cast.bureau.pk, version=0, **values)
    save_county_fund(by=cast.owner, unit_id=cast.county.pk, version=0, **values)
    with pytest.raises(Stale):
        save_county_fund(by=cast.owner2, unit_id=cast.county.pk, version=0, **values)
    with pytest.raises(Invalid) as caught:
        save_county_fund(by=cast.owner, unit_id=cast.county.pk, version=1, **{**values, "paid": Decimal(31)})
    assert caught.value.faults == {"paid": "累计支出 31 大于累计到位 30 万元"}
    assert CountyFund.objects.get().paid == 10


def test_pages_keep_what_was_typed(cast: Cast, project):
    owner = client_of(cast.owner)
    response = owner.post(f"{SHOW}funds/", {"city:2017": "一百", "loan:2017": "-3", "county:2017": "２０"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "“一百”不是数" in html
    assert 'value="一百"' in html
    assert 'value="２０"' in html
    assert FundPlan.objects.count() == 0
    url = f"{FUNDS}{cast.county.pk}/"
    response = owner.post(
        url, {"version": "0", "budget": "50", "arrived": "10", "paid": "11", "note": "宣传"}
    )
    assert response.status_code == 422
    assert "累计支出 11 大于累计到位 10 万元" in words(response)
    assert (
        owner.post(
            url, {"version": "0", "budget": "50", "arrived": "10", "paid": "9", "note": "宣传"}
        ).status_code
        == 302
    )
    assert "钟山区 50 10 9 宣传" in words(client_of(cast.office).get(FUNDS))


def test_sums_by_county_kind_and_indicator(cast: Cast, going):
    FundPlan.objects.create(project=going, source="city", year=2017, amount=200)
    other = make_project(cast, code="second", name="第二项", kind="water")
    FundPlan.objects.create(project=other, source="loan", year=2017, amount=300)
    accepted(going, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5}, (100, 60))
    text = words(client_of(cast.office).get(FUNDS))
    assert "钟山区 2 500 100 60 40 20.0% 12.0%" in text
    assert "固体废物治理 1 200 100 60 40 50.0% 30.0%" in text
    assert "水环境治理 1 300 0 0 0 0.0% 0.0%" in text
    assert "18 生活垃圾无害化处理率 2 500 100 60 40" in text


def test_money_that_is_missing_before_a_stage_is_told(cast: Cast, project, today):
    approved(cast, project)
    FundPlan.objects.create(project=project, source="city", year=2017, amount=530)
    today(date(2017, 6, 20))  # 立项 begins on 30 June, 5 of 53 working days
    text = words(client_of(cast.office).get(FUNDS))
    assert "“立项”6 月 30 日开始，需到位 50 万元，还没有审定的到位数" in text
