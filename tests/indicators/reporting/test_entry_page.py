"""The entry page: who gets it, what stands on it, what its script and its plain form send."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chuangmo.periods import month
from chuangmo.review.models import Case, State
from indicators.plan.models import DataElement
from indicators.reporting.models import Report, ReportValue
from tests.factories import (
    Cast,
    ChecklistItemFactory,
    DataElementFactory,
    RelationFactory,
    SiteFactory,
    make_figure,
)

pytestmark = pytest.mark.sqlite_only

JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def report(cast: Cast) -> Report:
    return cast.report(has_narrative=True)


def _client(user: Any) -> Client:
    client = Client()
    if getattr(user, "pk", None):
        client.force_login(user)
    return client


def _key(report: Report, code: str = "i18.produced") -> str:
    return f"v{report.values.get(element__code=code).pk}"


def _save(client: Client, report: Report, **fields: Any):
    return client.post(f"/reports/{report.pk}/save/", fields, **JSON)


EXPECTED = {
    "owner": 200,
    "colleague": 200,
    "stranger": 404,
    "lead": 200,
    "office": 200,
    "county_office": 200,
    "inspector": 200,
    "observer": 200,
    "assessor": 404,
    "admin": 200,
    "anonymous": 302,
}


@pytest.mark.parametrize(("who", "status"), EXPECTED.items())
def test_who_gets_the_page(cast: Cast, report: Report, who: str, status: int) -> None:
    response = _client(getattr(cast, who)).get(f"/reports/{report.pk}/")
    assert response.status_code == status
    if status == 200:
        assert (b'id="entry-form"' in response.content, b"data-cell=" in response.content) == (
            True,
            who == "owner",
        )


SAVING = {**{who: 403 for who, status in EXPECTED.items() if status == 200}, "owner": 200}


@pytest.mark.parametrize(
    ("who", "status"), [*SAVING.items(), ("stranger", 404), ("assessor", 404), ("anonymous", 401)]
)
def test_who_saves(cast: Cast, report: Report, who: str, status: int) -> None:
    key = _key(report)
    client = _client(getattr(cast, who))
    assert _save(client, report, cell=key, version=0, raw="7").status_code == status
    block = client.post(f"/reports/{report.pk}/paste/", {"at": key, "text": "8\n9", "versions": "{}"}, **JSON)
    assert block.status_code == status
    assert ReportValue.objects.get(pk=key[1:]).raw == ("8" if who == "owner" else "")


@pytest.mark.parametrize("number", [0, 999_999])
def test_a_number_that_does_not_exist(cast: Cast, number: int) -> None:
    client = _client(cast.owner)
    assert client.get(f"/reports/{number}/").status_code == 404
    assert (
        client.post(f"/reports/{number}/save/", {"cell": "v1", "version": 0, "raw": "1"}, **JSON).status_code
        == 404
    )


def test_the_page_tells_what_belongs_beside_a_cell(cast: Cast, report: Report) -> None:
    DataElement.objects.filter(pk=cast.produced.pk).update(low=10, high=20_000, note="含餐厨垃圾")
    make_figure(cast.produced, cast.county, month(2017, 4), "9120.3")
    make_figure(cast.produced, cast.county, month(2016, 5), "8990.1")
    page = _client(cast.owner).get(f"/reports/{report.pk}/").context["page"]
    cell = page.cells[0]
    assert (str(cell.previous), str(cell.last_year)) == ("9120.300000", "8990.100000")
    assert cell.help == (
        "口径：市中心城区",
        "常见范围 10 至 20\u2009000 t",
        "最多 2 位小数",
        "比上期变动超过 30% 要说明",
        "含餐厨垃圾",
    )
    assert [None if v is None else int(v) for v in cell.series] == [*[None] * 10, 9120, None]
    assert page.heads == ("本月", "上月", "去年 5 月", "近 12 期")
    assert (page.due.due, page.due.state, page.due.is_late, page.due.lock) == (
        "应报 6 月 5 日",
        "逾期 1 天",
        True,
        "6 月 12 日锁定",
    )
    assert [(s.word, s.who) for s in page.steps] == [
        ("单位审核", "陈主任"),
        ("牵头核定", "市城管局"),
        ("创模办审定", "市创模办"),
    ]
    assert page.submit_word == "提交单位审核"


def test_after_the_lock_it_can_only_be_read(cast: Cast, report: Report, today) -> None:
    today(date(2017, 6, 13))
    response = _client(cast.owner).get(f"/reports/{report.pk}/")
    assert "已过锁定日期（2017-06-12）" in response.content.decode()
    assert b"data-cell=" not in response.content
    assert response.context["page"].badge == "locked"


def test_saving_answers_with_the_cell_and_the_findings(cast: Cast, report: Report) -> None:
    RelationFactory()
    client = _client(cast.owner)
    produced, treated = _key(report), _key(report, "i18.treated")
    _save(client, report, cell=produced, version=0, raw="10")
    answer = _save(client, report, cell=treated, version=0, raw="1.2万").json()
    assert answer.keys() == {"at", "cells"}
    assert answer["cells"] == [
        {
            "cell": treated,
            "version": 1,
            "raw": "1.2万",
            "answer": "value",
            "fault": "",
            "note": "按 12\u2009000 保存",
            "reason": "",
            "explanation": "",
        }
    ]
    found = client.get(f"/reports/{report.pk}/findings/").json()["findings"]
    assert [(f["cell"], f["level"], f["explained"]) for f in found] == [(treated, "hard", False)]
    assert _client(cast.stranger).get(f"/reports/{report.pk}/findings/").status_code == 404


def test_the_loser_is_told_both_values(cast: Cast, report: Report) -> None:
    key = _key(report)
    _save(_client(cast.owner2), report, cell=key, version=0, raw="12")
    answer = _save(_client(cast.owner), report, cell=key, version=0, raw="13")
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["theirs"], conflict["mine"], conflict["version"]) == ("12", "13", 1)
    assert conflict["current"]["raw"] == "12"


@pytest.mark.parametrize(
    "fields",
    [
        {"cell": "x1", "version": 0, "raw": "1"},
        {"cell": "v1", "version": -1, "raw": "1"},
        {"cell": "v1", "raw": "1"},
        {"cell": "v99999999999999999999999", "version": 0, "raw": "1"},
        {"cell": "v999999999999", "version": 0, "raw": "1"},
        {"cell": "c999999999999", "version": 0, "answer": "done"},
        {"cell": "t:other", "version": 0, "text": "x"},
    ],
)
def test_a_forged_request_is_refused_with_a_word(cast: Cast, report: Report, fields: dict) -> None:
    answer = _save(_client(cast.owner), report, **fields)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_text_and_an_answer_are_saved_by_the_same_address(cast: Cast) -> None:
    report = cast.report(has_narrative=True, items=[ChecklistItemFactory(indicator=cast.indicator)])
    client, row = _client(cast.owner), report.answers.get()
    assert _save(client, report, cell="t:progress", version=0, text="完成").json()["cells"] == [
        {"cell": "t:progress", "version": 1}
    ]
    assert _save(client, report, cell=f"c{row.pk}", version=0, answer="done", note="").json()["cells"] == [
        {"cell": f"c{row.pk}", "version": 1}
    ]


def test_a_pasted_block_marks_all_bad_cells_at_once(cast: Cast) -> None:
    more = [DataElementFactory(code=f"i18.x{n}") for n in range(3)]
    report = cast.report(elements=[cast.produced, cast.treated, *more])
    keys = [f"v{cell.pk}" for cell in report.values.all()]
    answer = _client(cast.owner).post(
        f"/reports/{report.pk}/paste/",
        {
            "at": keys[0],
            "text": "9,412.5\n八千\n\n１２．５\n-3\n77",
            "versions": json.dumps(dict.fromkeys(keys, 0)),
        },
        **JSON,
    )
    data = answer.json()
    assert [(c["cell"], c["raw"], c["fault"]) for c in data["cells"]] == [
        (keys[0], "9,412.5", ""),
        (keys[1], "八千", "“八千”请改用阿拉伯数字"),
        (keys[3], "１２．５", ""),
        (keys[4], "-3", "不能为负数"),
    ]
    assert data["outside"] == ["第 6 行第 1 列“77”超出表格，没有粘贴"]
    assert data["message"] == "粘贴了 4 格，其中 2 格看不懂，已标出，有内容超出表格。"
    assert [v.raw for v in report.values.all()] == ["9,412.5", "八千", "", "１２．５", "-3"]


def test_the_whole_form_without_a_script(cast: Cast) -> None:
    item = ChecklistItemFactory(indicator=cast.indicator)
    report = cast.report(has_narrative=True, items=[item])
    produced, treated, answer = _key(report), _key(report, "i18.treated"), f"c{report.answers.get().pk}"
    response = _client(cast.owner).post(
        f"/reports/{report.pk}/",
        {
            produced: "12",
            f"{produced}-version": 0,
            f"{produced}-explanation": "停电",
            treated: "",
            f"{treated}-version": 0,
            f"{treated}-answer": "not_applicable",
            f"{treated}-reason": "无设施",
            answer: "done",
            f"{answer}-note": "",
            f"{answer}-version": 0,
            "t:progress": "完成",
            "t:progress-version": 0,
            "do": "save",
        },
    )
    assert response.status_code == 302
    cells = {v.element.code: (v.raw, v.answer, v.reason, v.explanation) for v in report.values.all()}
    assert cells == {
        "i18.produced": ("12", "value", "", "停电"),
        "i18.treated": ("", "not_applicable", "无设施", ""),
    }
    assert report.answers.get().answer == "done"
    assert report.texts.get().text == "完成"


def test_without_a_script_the_loser_sees_what_was_kept(cast: Cast, report: Report) -> None:
    key = _key(report)
    _save(_client(cast.owner2), report, cell=key, version=0, raw="12")
    response = _client(cast.owner).post(
        f"/reports/{report.pk}/", {key: "13", f"{key}-version": 0, "do": "save"}
    )
    assert response.status_code == 409
    assert "您填的“13”没有保存" in response.content.decode()


def test_submitting_shows_every_place_that_is_in_the_way(cast: Cast) -> None:
    RelationFactory()
    item = ChecklistItemFactory(indicator=cast.indicator, item="方案已印发")
    blank = DataElementFactory(code="i18.blank", name="空着的")
    fault = DataElementFactory(code="i18.fault", name="看不懂的")
    report = cast.report(
        has_narrative=True,
        items=[item],
        elements=[cast.produced, cast.treated, blank, fault],
        values={"i18.produced": 10, "i18.treated": 12},
    )
    client = _client(cast.owner)
    _save(client, report, cell=_key(report, "i18.fault"), version=0, raw="很多")
    response = client.post(f"/reports/{report.pk}/", {"do": "submit", "revision_no": 0}, follow=True)
    assert response.redirect_chain[-1][0] == f"/reports/{report.pk}/?check=1"
    assert [(one.cell, one.level) for one in response.context["in_the_way"]] == [
        (_key(report, "i18.fault"), "fault"),
        (_key(report, "i18.treated"), "hard"),
        (_key(report, "i18.blank"), "blank"),
        (f"c{report.answers.get().pk}", "blank"),
        ("t:progress", "blank"),
    ]
    report.case.refresh_from_db()
    assert (report.case.state, report.case.revision_no) == (State.DRAFT, 0)


def test_a_complete_report_goes_on(cast: Cast) -> None:
    report = cast.report(values={"i18.produced": 10, "i18.treated": 9})
    response = _client(cast.owner).post(f"/reports/{report.pk}/", {"do": "submit", "revision_no": 0})
    assert (response.status_code, response["Location"]) == (302, f"/reports/{report.pk}/")
    case = Case.objects.get(pk=report.case_id)
    assert (case.state, case.revision_no, case.submitted_by) == (State.SUBMITTED, 1, cast.owner)
    content = case.revisions.get().content
    assert [(v["cell"], v["element"], v["raw"], v["value"]) for v in content["values"]] == [
        (_key(report), "i18.produced", "10", "10.000000"),
        (_key(report, "i18.treated"), "i18.treated", "9", "9.000000"),
    ]
    page = _client(cast.owner).get(f"/reports/{report.pk}/").context["page"]
    assert (page.gate.is_open, page.may_withdraw) == (False, True)


# Constant queries ---------------------------------------------------------------------------------------


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_page_takes_as_many_queries_for_many_cells_and_years(cast: Cast, report: Report) -> None:
    client = _client(cast.owner)
    few = _queries(client, f"/reports/{report.pk}/")
    elements = [DataElementFactory(code=f"i18.many{n}", site_kind="facility") for n in range(4)]
    sites = [SiteFactory(unit=cast.county) for _ in range(10)]
    large = cast.report(
        elements=elements, sites=sites, period=month(2017, 4), has_narrative=True, due_on=date(2017, 5, 5)
    )
    Case.objects.filter(pk=large.case_id).update(state=State.DRAFT)
    for year in range(2012, 2017):
        for number in range(1, 13):
            for element in elements[:2]:
                make_figure(element, cast.county, month(year, number), 5, site=sites[0])
    many = _queries(client, f"/reports/{large.pk}/")
    assert few <= 24
    assert abs(many - few) <= 2  # one more for what has passed its lock day


def test_saving_a_cell_is_cheap(cast: Cast, report: Report) -> None:
    client, key = _client(cast.owner), _key(report)
    _save(client, report, cell=key, version=0, raw="1")
    with CaptureQueriesContext(connection) as captured:
        assert _save(client, report, cell=key, version=1, raw="2").status_code == 200
    assert len(captured) <= 12, [query["sql"][:90] for query in captured]
