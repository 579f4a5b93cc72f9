"""Queues and the page of one case: what they show, keep and count."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.periods import Period, month
from chuangmo.review.kinds import all_kinds, kind_named
from chuangmo.review.models import Case, Remark, ReviewEvent, Revision, State
from chuangmo.review.queries import PAGE, SLUGS, Queue, filter_rows, ordered, waiting_at
from indicators.reporting.models import Report
from tests.factories import Cast, IndicatorFactory, UnitFactory, assign, give_role, make_figure, make_report
from tests.indicators.reporting.review.story import TYPED, cell_of, go, report_in, retype, step

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def _as(client: Client, user) -> Client:
    client.force_login(user)
    return client


def _queue(client: Client, slug: str, **filters: object):
    return client.get(reverse("review:queue", args=[slug]), filters)


def _shown(response) -> list[int]:
    return [row.case.pk for row in response.context["rows"]]


def _text(response) -> str:
    """The page's words without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def _move(client: Client, action: str, report: Report, query: str = "", **data: object):
    revision_no = data.pop("revision_no", Case.objects.get(pk=report.case_id).revision_no)
    url = reverse(f"review:{action}", args=[report.case_id]) + query
    return client.post(url, {"revision_no": revision_no, **data})


# Queues ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "slug", "who"),
    [
        (State.SUBMITTED, "sign-off", "colleague"),
        (State.SIGNED_OFF, "verify", "lead"),
        (State.VERIFIED, "accept", "office"),
    ],
)
def test_each_step_has_its_queue(cast: Cast, client: Client, state: str, slug: str, who: str) -> None:
    report = report_in(cast, state)
    response = _queue(_as(client, getattr(cast, who)), slug)
    assert _shown(response) == [report.case_id]
    others = {
        (other, name): _queue(_as(Client(), getattr(cast, name)), other).status_code
        for other in ("sign-off", "verify", "accept")
        for name in ("colleague", "lead", "office")
    }
    assert {key for key, status in others.items() if status == 200} == {
        ("sign-off", "colleague"),
        ("sign-off", "lead"),
        ("verify", "lead"),
        ("accept", "office"),
    }
    assert set(others.values()) == {200, 403}


def test_the_queue_leads_to_the_first_step_where_something_waits(cast: Cast, client: Client) -> None:
    report_in(cast, State.SIGNED_OFF)
    home = reverse("review:home")
    where = {
        name: _as(Client(), getattr(cast, name)).get(home).headers.get("Location")
        for name in ("colleague", "lead", "office", "owner", "observer", "admin", "assessor")
    }
    assert where == {
        "colleague": "/review/sign-off/",
        "lead": "/review/verify/",
        "office": "/review/accept/",
        "owner": "/review/returned/",
        "observer": None,
        "admin": None,
        "assessor": None,
    }


def test_own_submissions_are_not_in_my_queue(cast: Cast, client: Client) -> None:
    give_role(cast.owner, cast.county, "reviewer")
    report_in(cast, State.SUBMITTED)
    assert _shown(_queue(_as(client, cast.owner), "sign-off")) == []


def test_most_overdue_first_then_longest_waiting(cast: Cast, client: Client) -> None:
    reports = [report_in(cast, State.SUBMITTED, period=month(2017, n)) for n in (1, 2, 3, 4)]
    now = timezone.now()
    for report, due, days in zip(
        reports, (None, date(2017, 6, 7), date(2017, 6, 1), date(2017, 6, 7)), (9, 1, 0, 2), strict=True
    ):
        Case.objects.filter(pk=report.case_id).update(
            step_due_on=due, step_entered_at=now - timedelta(days=days)
        )
    response = _queue(_as(client, cast.colleague), "sign-off")
    assert _shown(response) == [reports[n].case_id for n in (2, 3, 1, 0)]
    assert [row.late for row in response.context["rows"]] == [True, False, False, False]
    assert "已过 5 天" in _text(response)


def test_filters_stand_in_the_address(cast: Cast, client: Client) -> None:
    other = IndicatorFactory(plan=cast.plan, number=9, short_name="用水量")
    assign(other, cast.county)
    april = report_in(cast, State.SUBMITTED, period=month(2017, 4))
    may = report_in(cast, State.SUBMITTED)
    ninth = make_report(cast.county, other, [cast.produced], values=dict(TYPED))
    step(cast, ninth, "submit")
    _as(client, cast.colleague)
    assert _shown(_queue(client, "sign-off", month="2017-04")) == [april.case_id]
    assert set(_shown(_queue(client, "sign-off", indicator=cast.indicator.pk))) == {
        april.case_id,
        may.case_id,
    }
    assert _shown(_queue(client, "sign-off", indicator=other.pk, unit=cast.county.pk)) == [ninth.case_id]
    assert len(_shown(_queue(client, "sign-off", month="无", indicator="x", unit="-1"))) == 3
    options = {
        one.name: [label for _, label in one.options] for one in _queue(client, "sign-off").context["filters"]
    }
    assert options == {
        "indicator": ["9 用水量", "18 生活垃圾无害化处理率"],
        "unit": ["钟山区"],
        "month": ["2017 年 5 月", "2017 年 4 月"],
    }


def test_marks_of_a_row(cast: Cast, client: Client) -> None:
    clean = report_in(cast, State.SUBMITTED)
    changed = report_in(cast, State.RETURNED, period=month(2017, 4))
    retype(changed, "i18.treated", "899")
    go(cast, changed, "submit")
    response = _queue(_as(client, cast.colleague), "sign-off")
    marks = {row.case.pk: (row.is_clean, row.changed) for row in response.context["rows"]}
    assert marks == {clean.case_id: (True, None), changed.case_id: (True, 1)}
    assert f'value="{clean.case_id}:1"' in response.content.decode()
    assert f'value="{changed.case_id}:2"' in response.content.decode()


def test_a_batch_from_the_page(cast: Cast, client: Client) -> None:
    good = report_in(cast, State.SUBMITTED)
    stale = report_in(cast, State.SIGNED_OFF, period=month(2017, 4))
    _as(client, cast.colleague)
    url = reverse("review:batch", args=["sign-off"]) + "?month=2017-05"
    items = [f"{good.case_id}:1", f"{stale.case_id}:1", "junk", "1:2:3", "9" * 40 + ":1"]
    response = client.post(url, {"item": items}, follow=True)
    assert response.redirect_chain == [("/review/sign-off/?month=2017-05", 302)]
    told = [str(one) for one in response.context["messages"]]
    assert told[0] == "已单位审核 1 份。"
    assert re.fullmatch(r"2017年4月 .* 没有单位审核：刚才已由 陈主任 单位审核（..:..），请刷新", told[1])
    assert len(told) == 2
    assert Case.objects.get(pk=good.case_id).state == State.SIGNED_OFF
    assert client.post(url, {}, follow=True).context["messages"]
    assert client.post(reverse("review:batch", args=["accept"]), {"item": items}).status_code == 403
    assert client.post(reverse("review:batch", args=["returned"]), {"item": items}).status_code == 404


def test_pages_of_a_long_queue(cast: Cast, client: Client) -> None:
    for n in range(1, 13):
        for year in (2015, 2016, 2017):
            if (year, n) <= (2017, 5):
                report_in(cast, State.SUBMITTED, period=month(year, n), due_on=None)
    _as(client, cast.colleague)
    first, second = _queue(client, "sign-off"), _queue(client, "sign-off", page=2)
    assert (len(_shown(first)), len(_shown(second))) == (20, 9)
    assert not set(_shown(first)) & set(_shown(second))


def test_returned_shows_the_reason_to_the_unit(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    step(cast, report, "send_back", reason="与台账不符", remarks={cell_of(report, "i18.treated"): "差 50 吨"})
    for who in ("owner", "colleague", "office"):
        rows = _queue(_as(client, getattr(cast, who)), "returned").context["rows"]
        assert [(row.heading.url, row.who, row.reason, row.remarks) for row in rows] == [
            (f"/reports/{report.pk}/", "陈主任", "与台账不符", 1)
        ]
    assert _queue(_as(client, cast.stranger), "returned").context["rows"] == []
    assert _queue(_as(client, cast.observer), "returned").status_code == 403


def test_what_i_did(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.VERIFIED)
    step(cast, report, "send_back", by=cast.office, reason="再核")
    rows = _as(client, cast.office).get(reverse("review:done")).context["rows"]
    assert [(row["event"].case_id, row["word"], row["event"].reason) for row in rows] == [
        (report.case_id, "退回", "再核")
    ]
    assert _as(client, cast.owner).get(reverse("review:done")).context["rows"] == []


# One case ----------------------------------------------------------------------------------------------


def test_the_page_shows_the_revision_not_the_live_cells(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    retype(report, "i18.treated", "77777")
    page = _text(_as(client, cast.colleague).get(reverse("review:case", args=[report.case_id])))
    assert "900" in page
    assert "77777" not in page


def test_a_name_of_its_month(cast: Cast, client: Client) -> None:
    cast.county.names.create(
        name="钟山特区人民政府", kind="official", valid_from=date(2017, 1, 1), valid_to=date(2017, 5, 31)
    )
    may = report_in(cast, State.SUBMITTED)
    view = _as(client, cast.colleague).get(reverse("review:case", args=[may.case_id])).context["view"]
    assert view.heading.unit == "钟山特区人民政府"


def test_changes_since_the_viewer_looked(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    report.has_narrative = True
    report.save()
    step(cast, report, "send_back", reason="请核对")
    retype(report, "i18.treated", "899")
    report.texts.create(kind="progress", text="已建成渗滤液处理站")
    go(cast, report, "submit", "sign_off")
    cells = {"treated": cell_of(report, "i18.treated"), "text": "t:progress"}

    def seen(user) -> tuple[int | None, list[tuple[str, str, str]]]:
        view = _as(client, user).get(reverse("review:case", args=[report.case_id])).context["view"]
        return view.since, [
            (one.key, one.before, one.after) for one in view.changes if one.key in cells.values()
        ]

    assert seen(cast.lead) == (
        1,
        [(cells["treated"], "900", "899"), (cells["text"], "", "已建成渗滤液处理站")],
    )
    step(cast, report, "send_back", by=cast.lead, reason="文字太简")
    report.texts.update(text="已建成渗滤液处理站，5 月试运行")
    go(cast, report, "submit", "sign_off")
    assert seen(cast.lead) == (2, [(cells["text"], "已建成渗滤液处理站", "已建成渗滤液处理站，5 月试运行")])


def test_first_submission_has_nothing_to_compare(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    response = _as(client, cast.colleague).get(reverse("review:case", args=[report.case_id]))
    assert response.context["view"].since is None
    assert "初次提交，还没有人看过" in _text(response)


def test_twelve_earlier_values_beside_the_cell(cast: Cast, client: Client) -> None:
    for n in range(1, 5):
        make_figure(cast.treated, cast.county, month(2017, n), 880 + n)
    report = report_in(cast, State.SUBMITTED)
    view = _as(client, cast.colleague).get(reverse("review:case", args=[report.case_id])).context["view"]
    rows = {shown.row.key: list(shown.history) for section in view.sections for shown in section.rows}
    assert rows == {
        cell_of(report, "i18.produced"): [],
        cell_of(report, "i18.treated"): [None] * 8 + [881, 882, 883, 884],
    }


def test_earlier_remarks_stay_beside_their_cell(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    cell = cell_of(report, "i18.treated")
    step(cast, report, "send_back", remarks={cell: "与台账不符"})
    go(cast, report, "submit")
    response = _as(client, cast.colleague).get(reverse("review:case", args=[report.case_id]))
    rows = {s.row.key: s.remarks for section in response.context["view"].sections for s in section.rows}
    assert rows[cell] == ("第 1 稿：与台账不符",)
    assert rows[cell_of(report, "i18.produced")] == ()


def test_buttons_are_for_whose_step_it_is(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SIGNED_OFF)

    def may(user) -> set[str]:
        context = _as(client, user).get(reverse("review:case", args=[report.case_id])).context
        return {name for name, allowed in context["may"].items() if allowed}

    assert may(cast.lead) == {"approve", "send_back"}
    for who in (
        "owner",
        "colleague",
        "office",
        "observer",
        "admin",
        "inspector",
        "county_office",
        "lead_clerk",
    ):
        assert may(getattr(cast, who)) == set()
    go(cast, report, "verify", "accept")
    assert (may(cast.office), may(cast.lead)) == ({"unlock"}, set())


def test_all_revisions_stay_readable(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.UNLOCKED)
    retype(report, "i18.treated", "899")
    go(cast, report, "submit")
    _as(client, cast.observer)
    first = client.get(reverse("review:revision", args=[report.case_id, 1]))
    assert (first.context["view"].revision.number, first.context["is_old"], first.context["may"]) == (
        1,
        True,
        {},
    )
    assert "900" in _text(first)
    assert client.get(reverse("review:revision", args=[report.case_id, 2])).context["is_old"] is False
    assert client.get(reverse("review:revision", args=[report.case_id, 3])).status_code == 404
    _as(client, cast.stranger)
    assert client.get(reverse("review:revision", args=[report.case_id, 1])).status_code == 404


def test_the_timeline_tells_every_step(cast: Cast, client: Client) -> None:
    cast.county.own_review = False
    cast.county.save()
    report = cast.report(values=dict(TYPED))
    step(cast, report, "submit", reason="")
    step(
        cast,
        report,
        "send_back",
        by=cast.lead,
        reason="缺说明",
        remarks={cell_of(report, "i18.treated"): "为何下降"},
    )
    view = _as(client, cast.observer).get(reverse("review:case", args=[report.case_id])).context["view"]
    assert [(one.word, one.who, one.text, one.revision_no, one.remarks) for one in view.timeline] == [
        ("提交", "钟山区 李静", "", 1, ()),
        ("跳过单位审核", "", "本单位已关闭单位审核", 1, ()),
        ("退回", "市城管局 刘工", "缺说明", 1, (("生活垃圾无害化处理量", "为何下降"),)),
    ]


# Moves from the page -----------------------------------------------------------------------------------


def test_after_a_move_comes_the_next_of_the_same_queue(cast: Cast, client: Client) -> None:
    first, second, third = (report_in(cast, State.SUBMITTED, period=month(2017, n)) for n in (3, 4, 5))
    _as(client, cast.colleague)
    query = f"?indicator={cast.indicator.pk}"
    assert _move(client, "sign-off", first, query).headers["Location"] == f"/review/{second.case_id}/{query}"
    assert _move(client, "send-back", second, query, reason="有误").headers["Location"] == (
        f"/review/{third.case_id}/{query}"
    )
    assert _move(client, "sign-off", third, query).headers["Location"] == f"/review/sign-off/{query}"


def test_the_clerk_returns_to_the_report(cast: Cast, client: Client) -> None:
    report = cast.report(values=dict(TYPED))
    _as(client, cast.owner)
    assert _move(client, "submit", report).headers["Location"] == f"/reports/{report.pk}/"
    assert _move(client, "withdraw", report).headers["Location"] == f"/reports/{report.pk}/"
    assert Case.objects.get().state == State.DRAFT


def test_scripts_get_json(cast: Cast, client: Client) -> None:
    report = cast.report(values={"i18.produced": "1000"})
    _as(client, cast.owner)
    url, data = reverse("review:submit", args=[report.case_id]), {"revision_no": 0}
    refused = client.post(url, data, headers={"Accept": "application/json"})
    cell = cell_of(report, "i18.treated")
    assert (refused.status_code, list(refused.json()["faults"])) == (422, [cell])
    retype(report, "i18.treated", "900")
    done = client.post(url, data, headers={"Accept": "application/json"})
    assert done.json() == {
        "state": "submitted",
        "revision_no": 1,
        "url": f"/reports/{report.pk}/",
        "message": "已提交（第 1 稿），现为“已提交”",
    }


def test_what_was_typed_survives_a_refusal(cast: Cast, client: Client) -> None:
    report = report_in(cast, State.SUBMITTED)
    cell = cell_of(report, "i18.treated")
    _as(client, cast.colleague)
    response = _move(client, "send-back", report, reason="", **{f"remark-{cell}": "与台账不符"})
    assert response.status_code == 422
    assert "请写明退回的原因" in _text(response)
    assert "与台账不符" in response.content.decode()
    go(cast, report, "withdraw")
    response = _move(client, "send-back", report, reason="整份重做", **{f"remark-{cell}": "与台账不符"})
    assert response.status_code == 409
    page = _text(response)
    assert "刚才已由 李静 撤回" in page
    assert "整份重做" in page and "与台账不符" in page
    assert (Remark.objects.count(), ReviewEvent.objects.filter(action="send_back").count()) == (0, 0)


@pytest.mark.parametrize("revision_no", ["", "x", "-1", "1.5"])
def test_a_page_without_its_revision_is_refused(cast: Cast, client: Client, revision_no: str) -> None:
    report = report_in(cast, State.SUBMITTED)
    response = _move(_as(client, cast.colleague), "sign-off", report, revision_no=revision_no)
    assert response.status_code == 422
    assert Case.objects.get().state == State.SUBMITTED


# Home --------------------------------------------------------------------------------------------------


def test_the_home_panel(cast: Cast, rf) -> None:
    from indicators.reporting.panels import waiting

    def panel(user):
        request = rf.get("/")
        request.user = user
        return waiting(request)

    assert [panel(user) for user in (cast.owner, cast.colleague, cast.office, cast.observer)] == [None] * 4
    late = report_in(cast, State.SUBMITTED, period=month(2017, 4))
    report_in(cast, State.SUBMITTED)
    back = report_in(cast, State.RETURNED, period=month(2017, 3))
    Case.objects.filter(pk=late.case_id).update(step_due_on=date(2017, 6, 1))
    mine = panel(cast.colleague)
    assert [(one.label, one.url, one.count, one.late) for one in mine.context["waiting"]] == [
        ("待单位审核", "/review/sign-off/", 2, 1)
    ]
    assert (mine.count, mine.context["came_back"]) == (2, [])
    came = panel(cast.owner)
    assert (came.count, [one.heading.subject_id for one in came.context["came_back"]]) == (1, [back.pk])
    assert panel(cast.stranger) is None


# Counting ----------------------------------------------------------------------------------------------


def _fill(cast: Cast, name: str, units: int, periods: list[Period]) -> None:
    """Submitted and verified reports of many units, as rows."""
    for n in range(units):
        unit = UnitFactory(name=f"{name}第{n}局")
        assign(cast.indicator, unit)
        for period in periods:
            report = make_report(unit, cast.indicator, [cast.treated], period, values={"i18.treated": "900"})
            content = {"values": [], "answers": [], "texts": {}, "attachments": [], "checks": []}
            for number in (1, 2):
                Revision.objects.create(
                    case=report.case, number=number, content=content, digest="", created_by=cast.owner
                )
            for number, action in ((1, "submit"), (1, "send_back"), (2, "submit")):
                ReviewEvent.objects.create(
                    case=report.case,
                    revision_no=number,
                    action=action,
                    from_state="draft",
                    to_state="submitted",
                    by=cast.office,
                    by_name="王科长",
                    at=timezone.now(),
                    reason="数据有误",
                )
            Case.objects.filter(pk=report.case_id).update(
                state=State.RETURNED if n % 2 else State.VERIFIED, revision_no=2, submitted_by=cast.owner
            )


def test_queries_do_not_grow_with_units_or_years(cast: Cast, client: Client) -> None:
    paths = ("/review/", "/review/accept/", "/review/returned/", "/review/done/", "/")
    _as(client, cast.office)
    counts: dict[str, list[int]] = {path: [] for path in paths}
    for name, units, periods in (
        ("十", 10, [month(2017, 5)]),
        ("百", 90, [month(2017, 5)]),
        ("年", 4, [month(year, 5) for year in range(2012, 2017)]),
    ):
        _fill(cast, name, units, periods)
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code in (200, 302)
            counts[path].append(len(queries))
    assert {path: len(set(found)) for path, found in counts.items()} == dict.fromkeys(paths, 1), counts
    assert max(max(found) for found in counts.values()) <= 30


def test_every_queue_of_every_kind_answers_everybody(cast: Cast, client: Client) -> None:
    _fill(cast, "十", 10, [month(2017, 5)])
    for name, person in cast.people().items():
        if not isinstance(person, User):
            continue
        _as(client, person)
        rights = rights_of(person)
        for kind in all_kinds():
            for move, slug in SLUGS.items():
                answer = client.get(f"/review/{slug}/?kind={kind.name}")
                has_part = rights.report or rights.sign_off or rights.accept
                allowed = has_part and (move == "send_back" or move in kind.steps(rights))
                assert answer.status_code == (200 if allowed else 403), (name, kind.name, move)
                waiting = list(ordered(kind.queue(move, rights)))
                assert Queue(kind, move, rights, len(waiting))[0:PAGE] == waiting[:PAGE]
                assert len(filter_rows(kind, move, rights)) == len(waiting)
                counts = [one.count for one in waiting_at(kind, rights, [move])]
                assert counts == ([len(waiting)] if waiting else [])
    assert len(list(kind_named("report").queue("accept", rights_of(cast.office)))) > 4


def test_the_second_page_goes_on_where_the_first_ends(cast: Cast, client: Client) -> None:
    _fill(cast, "百", 44, [month(2017, 5)])
    _as(client, cast.office)
    pages = [client.get(f"/review/accept/?page={number}") for number in (1, 2)]
    shown = [row.case.pk for page in pages for row in page.context["rows"]]
    waiting = [case.pk for case in ordered(kind_named("report").queue("accept", rights_of(cast.office)))]
    assert shown == waiting
    assert len(shown) == 22
