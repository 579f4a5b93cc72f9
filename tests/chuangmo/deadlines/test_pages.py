"""The pages of deadlines as people ask for them, and what they cost."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal
from chuangmo.deadlines.services import fulfil, request_extension
from chuangmo.notices.models import Notice
from chuangmo.notices.services import mark_seen
from chuangmo.org.models import UnitKind
from indicators.reporting.services.opening import open_reports
from tests.factories import Cast, ObligationFactory, UnitFactory, give_role

pytestmark = pytest.mark.sqlite_only


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


# The chase list -------------------------------------------------------------------------------------------


def test_the_office_sees_who_is_late_how_far_and_who_has_seen_it(
    cast: Cast, owed: Obligation, sweep_on
) -> None:
    ObligationFactory(unit=cast.county, due_on=date(2017, 6, 30), subject_label="还没有到期的")
    sweep_on(6, 6)
    mark_seen(notice_id=Notice.objects.get(user=cast.owner, kind="chase").pk, by=cast.owner)
    page = signed_in(cast.office).get("/deadlines/")
    row = page.context["rows"][0]
    assert [one.obligation for one in page.context["rows"]] == [owed]
    assert (row.days_late, row.rung, row.state) == (1, "催办", "overdue")
    assert "李静" in row.seen and "已看" in row.seen and "张敏 未看" in row.seen and "陈主任 未看" in row.seen
    assert "逾期" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", ["迟到的", "有申请的"]),
        ("?state=soon", ["快到期的"]),
        ("?state=asked", ["有申请的"]),
        ("?state=all", ["迟到的", "有申请的", "快到期的"]),
        ("?state=all&q=快到", ["快到期的"]),
        ("?state=all&kind=verify", []),
        ("?state=nonsense&unit=0&rung=99", ["迟到的", "有申请的"]),
    ],
)
def test_filters_live_in_the_address(cast: Cast, ladder, query: str, labels: list[str]) -> None:
    ObligationFactory(unit=cast.county, subject_label="迟到的")
    asked = ObligationFactory(unit=cast.county, subject_label="有申请的")
    ObligationFactory(unit=cast.other_county, subject_label="快到期的", due_on=date(2017, 6, 9))
    request_extension(obligation_id=asked.pk, until=date(2017, 6, 20), reason="等", by=cast.owner)
    page = signed_in(cast.office).get(f"/deadlines/{query}")
    assert [row.obligation.subject_label for row in page.context["rows"]] == labels


def test_a_county_office_sees_its_county_and_decides_nothing(cast: Cast, owed: Obligation, ladder) -> None:
    inside = UnitFactory(
        name="钟山区某企业", short_name="某企业", kind=UnitKind.ENTERPRISE, county=cast.county
    )
    from chuangmo.access.services import sync_permissions

    sync_permissions()
    ObligationFactory(unit=cast.other_county, subject_label="别的县的")
    ObligationFactory(unit=inside, subject_label="县里企业的")
    page = signed_in(cast.county_office).get("/deadlines/?state=all")
    assert {row.obligation.subject_label for row in page.context["rows"]} == {
        owed.subject_label,
        "县里企业的",
    }
    assert "确认选中的建议" not in page.content.decode()


def test_the_workbook_holds_what_is_shown(cast: Cast, owed: Obligation, sweep_on) -> None:
    ObligationFactory(unit=cast.other_county, subject_label="=1+1", due_on=date(2017, 6, 2))
    sweep_on(6, 6)
    url = f"/deadlines/export/?state=late&unit={cast.county.pk}"
    sheet = openpyxl.load_workbook(BytesIO(signed_in(cast.office).get(url).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == "钟山区人民政府"
    assert (rows[1][3].date(), rows[1][5], rows[1][6]) == (date(2017, 6, 5), 1, "催办")
    other = signed_in(cast.office).get("/deadlines/export/").content
    assert openpyxl.load_workbook(BytesIO(other)).active["B2"].value == "=1+1"
    assert openpyxl.load_workbook(BytesIO(other)).active["B2"].data_type == "s"


def test_the_list_costs_the_same_for_ten_and_for_fifty(cast: Cast, sweep_on) -> None:
    client = signed_in(cast.office)

    def queries(count: int) -> int:
        for n in range(count):
            ObligationFactory(unit=UnitFactory(), subject_label=f"事项{n}")
        sweep_on(6, 8)
        client.get("/deadlines/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/deadlines/").status_code == 200
        return len(captured)

    few = queries(10)
    assert queries(40) == few <= 24


def test_chosen_proposals_are_confirmed_and_the_slow_one_is_told(cast: Cast, sweep_on) -> None:
    rows = [ObligationFactory(unit=cast.county) for _ in range(3)]
    sweep_on(6, 8)
    first, second, third = Proposal.objects.order_by("pk")
    fulfil(rows[1], cast.owner)
    answer = signed_in(cast.office).post(
        "/deadlines/proposals/confirm/?state=proposed",
        {"item": [first.pk, second.pk, "9" * 30, "x"]},
        follow=True,
    )
    assert answer.redirect_chain[0][0] == "/deadlines/?state=proposed"
    words = [str(message) for message in answer.context["messages"]]
    assert words == ["这件事已经办结，建议自动失效", "已确认 1 条建议。"]
    assert [one.state for one in Proposal.objects.order_by("pk")] == ["confirmed", "lapsed", "open"]
    assert third.obligation == rows[2]


# One obligation -------------------------------------------------------------------------------------------


def test_typed_words_are_kept_when_something_is_wrong(cast: Cast, owed: Obligation, ladder) -> None:
    url = reverse("deadlines:request-ask", args=[owed.pk, "extension"])
    answer = signed_in(cast.owner).post(url, {"until": "2017-06-01", "reason": "等省厅核定"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "日期不能早于今天" in text and "等省厅核定" in text and '<details class="fold" open>' in text
    answer = signed_in(cast.owner).post(url, {"until": "下周", "reason": "等省厅核定"})
    assert answer.status_code == 422
    assert "请填 2017-06-20 这样的日期" in answer.content.decode()
    assert not DeadlineRequest.objects.exists()


def test_a_decision_that_came_too_late_is_told(cast: Cast, owed: Obligation, ladder) -> None:
    request = request_extension(obligation_id=owed.pk, until=date(2017, 6, 20), reason="等", by=cast.owner)
    url = reverse("deadlines:request-decide", args=[request.pk])
    body = {"granted": "no", "decision": "早该报了"}
    client = signed_in(cast.office)
    assert client.post(url, body).status_code == 302
    answer = client.post(url, body)
    assert answer.status_code == 409
    assert "刚才已经有了决定" in answer.content.decode() and "早该报了" in answer.content.decode()


def test_an_objection_is_sent_on_by_the_page(cast: Cast, ladder) -> None:
    row = ObligationFactory(unit=cast.county, kind="material", subject_kind="material", subject_id=5)
    signed_in(cast.owner).post(
        reverse("deadlines:request-ask", args=[row.pk, "objection"]), {"reason": "不归我们"}
    )
    url = reverse("deadlines:request-decide", args=[DeadlineRequest.objects.get().pk])
    signed_in(cast.office).post(url, {"granted": "yes", "decision": "转城管局", "to_unit": cast.bureau.pk})
    assert Obligation.objects.filter(unit=cast.bureau, subject_id=5).count() == 1


def test_everything_stands_on_the_page(cast: Cast, sweep_on) -> None:
    report = cast.report()
    sweep_on(6, 6)
    request_extension(
        obligation_id=report.obligation_id, until=date(2017, 6, 20), reason="等省厅核定", by=cast.owner
    )
    client = signed_in(cast.owner)
    for url in (report.obligation.get_absolute_url(), report.get_absolute_url()):
        text = client.get(url).content.decode()
        assert "申请延期" in text and "等省厅核定" in text, url
        assert "6 月 6 日，应办 6 月 5 日" in text, url


def test_nobody_learns_of_a_request_by_its_number(cast: Cast, owed: Obligation) -> None:
    client = signed_in(cast.office)
    assert client.post("/deadlines/requests/999/", {"granted": "yes", "decision": "x"}).status_code == 404
    assert client.post("/deadlines/proposals/999/", {"decision": "yes"}).status_code == 404
    assert client.post("/deadlines/requests/999/withdraw/").status_code == 404


def test_the_page_costs_the_same_however_long_its_history(cast: Cast, owed: Obligation, sweep_on) -> None:
    client = signed_in(cast.office)

    def queries() -> int:
        client.get(owed.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(owed.get_absolute_url())
        return len(captured)

    sweep_on(6, 1)
    few = queries()
    for day in range(2, 30):
        sweep_on(6, day)
    assert queries() <= few + 2 <= 36  # a proposal and its form


# The calendar ---------------------------------------------------------------------------------------------


def test_a_month_with_its_days_and_the_list_of_one(cast: Cast, owed: Obligation) -> None:
    done = ObligationFactory(unit=cast.county)
    fulfil(done, cast.owner)  # on the 6th: late
    ObligationFactory(unit=cast.other_county)
    client = signed_in(cast.owner)
    page = client.get("/deadlines/calendar/?day=2017-06-05")
    assert page.context["total"] == {"due": 2, "done": 1, "late": 2, "foreseen": 0}
    assert [row.unit for row, _, _ in page.context["rows"]] == [cast.county] * 2
    office = signed_in(cast.office).get(f"/deadlines/calendar/?month=2017-06&unit={cast.other_county.pk}")
    assert office.context["total"]["due"] == 1


def test_months_to_come_show_what_will_be_owed(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=date(2017, 6, 6))
    page = signed_in(cast.owner).get("/deadlines/calendar/?month=2017-09&day=2017-09-05")
    assert page.context["total"] == {"due": 0, "done": 0, "late": 0, "foreseen": 1}
    assert "另有 1 件报表预计这一天到期" in page.content.decode()


@pytest.mark.parametrize("month", ["", "2017", "2017-13", "9999-12", "abc", "2017-Q1", "2017-06%00"])
def test_a_month_that_is_none_is_this_month(cast: Cast, month: str) -> None:
    page = signed_in(cast.owner).get(f"/deadlines/calendar/?month={month}&day={month}")
    assert (page.status_code, page.context["shown"].code) == (200, "2017-06")


def test_the_calendar_costs_the_same_for_ten_and_for_a_hundred(cast: Cast) -> None:
    client = signed_in(cast.office)

    def queries(count: int) -> int:
        for n in range(count):
            ObligationFactory(unit=cast.county, subject_label=f"事项{n}")
        client.get("/deadlines/calendar/?day=2017-06-05")
        with CaptureQueriesContext(connection) as captured:
            client.get("/deadlines/calendar/?day=2017-06-05")
        return len(captured)

    few = queries(10)
    assert queries(90) <= few + 1  # with several pages


# A unit's record, and the home page -----------------------------------------------------------------------


def test_the_record_of_a_unit(cast: Cast, owed: Obligation) -> None:
    page = signed_in(cast.owner).get(f"/units/{cast.county.pk}/punctuality/?year=2017")
    assert page.context["record"].total.missing == 1
    assert owed.subject_label in page.content.decode()
    assert signed_in(cast.owner).get(f"/units/{cast.county.pk}/punctuality/?year=abc").context["year"] == 2017


def test_what_waits_for_the_office_stands_on_its_home_page(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 8)
    request_extension(obligation_id=owed.pk, until=date(2017, 6, 20), reason="等省厅核定", by=cast.owner)
    text = signed_in(cast.office).get("/").content.decode()
    assert "措施建议 1 条待确认" in text and "等省厅核定" in text
    assert "措施建议" not in signed_in(cast.owner).get("/").content.decode()


def test_somebody_with_two_roles_asks_for_the_unit_alone(cast: Cast, owed: Obligation) -> None:
    give_role(cast.office, cast.bureau, "reporter")
    page = signed_in(cast.office).get(owed.get_absolute_url())
    assert "extension" not in page.context["forms"]
    assert "waive" in page.context["forms"]
