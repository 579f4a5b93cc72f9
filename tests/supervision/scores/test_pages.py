"""The pages of scores: what each shows, that nothing typed is lost, that they ask a constant number of queries."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from chuangmo import clock
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import enqueue, run_due
from supervision.scores.models import Adjustment, Correction, Objection, ScorePart, ScoreRow
from supervision.scores.services import adjust_score, compute_round, show_round
from tests.factories import Cast, UnitFactory
from tests.projects.works.conftest import client_of, words
from tests.supervision.scores.story import MAY, final, judge, owe, score_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
ROUND = "/p/2017/supervision/scores/2017-05/"


def test_the_table_shows_units_by_group_with_parts_and_ranks(cast, may_shown):
    page = client_of(cast.office).get(ROUND)
    text = words(page)
    # Beside the figure, where a telephone hides the heads.
    for part in ScorePart.objects.filter(is_active=True):
        assert f'data-label="{part.name}"' in page.content.decode()
    county = text.index("县区、开发区")
    assert (
        county < text.index("水城县", county) < text.index("钟山区", county) < text.index("市直部门", county)
    )
    assert "25.00 / 50.0" in text  # a half of the spread weight
    assert "不考核" in text


def test_a_unit_sees_only_its_own_while_it_is_shown_and_everybody_all_when_final(cast, may_shown):
    own = words(client_of(cast.owner).get(ROUND))
    assert "钟山区" in own
    assert "水城县" not in own
    assert client_of(cast.observer).get(ROUND).status_code == 404
    final(cast, may_shown)
    assert "水城县" in words(client_of(cast.owner).get(ROUND))
    assert client_of(cast.observer).get(ROUND).status_code == 200


def test_my_score_leads_to_the_newest(cast, may_shown):
    client = client_of(cast.owner)
    assert (
        client.get("/supervision/scores/mine/")["Location"]
        == score_of(may_shown, cast.county).get_absolute_url()
    )
    assert client_of(cast.observer).get("/supervision/scores/mine/")["Location"] == "/supervision/scores/"


def test_every_point_opens_to_its_rows(cast, may_shown):
    page = client_of(cast.owner).get(score_of(may_shown, cast.county).get_absolute_url())
    text, html = words(page), page.content.decode()
    assert "25.00 分 ＝ 50.00 × 1 ÷ 2" in text
    assert "5 月 10 日 才办，晚 2 天" in text
    row = ScoreRow.objects.get(part__unit_score__unit=cast.county, label="乙")
    assert f'href="{row.url}"' in html
    assert "还没有签订目标责任书" in text


def test_an_objection_that_is_refused_keeps_what_was_typed(cast, may_shown):
    url = score_of(may_shown, cast.county).get_absolute_url()
    client = client_of(cast.owner)
    refused = client.post(url + "object/", {"row": "999999", "text": "我们当天已报送，见截图"})
    assert refused.status_code == 422
    assert "我们当天已报送，见截图" in words(refused)
    assert not Objection.objects.exists()
    with clock.at(date(2017, 6, 14)):
        late = client.post(url + "object/", {"row": "", "text": "晚了一天"})
    assert late.status_code == 409
    assert client.post(url + "object/", {"row": "", "text": "整个得分"}).status_code == 302


@pytest.mark.parametrize("points", ["", "abc", "9999999", "1.234", "NaN", "Infinity", "7", "0"])
def test_bad_points_are_refused_at_the_field(cast, may, points):
    url = score_of(may, cast.county).get_absolute_url()
    refused = client_of(cast.office).post(url + "adjust/", {"points": points, "reason": "经验推广"})
    assert refused.status_code == 422
    assert "经验推广" in words(refused)
    assert 'id="adjust-points_error"' in refused.content.decode()
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize("period", ["2017-13", "2017Q1", "x", "2016-2017S1", "2017-06"])
def test_no_such_period(cast, may_shown, period):
    assert client_of(cast.office).get(f"/p/2017/supervision/scores/{period}/").status_code == 404


def test_computing_and_showing_by_the_page(cast, may):
    client = client_of(cast.office)
    again = client.post("/p/2017/supervision/scores/compute/", {"period": "2017-05"}, follow=True)
    assert "2017年5月的得分已经算出" in words(again)
    assert "没有这一期" in words(
        client.post("/p/2017/supervision/scores/compute/", {"period": "1999-01"}, follow=True)
    )
    old = client.post(ROUND + "show/", {"version": may.version}, follow=True)
    assert "请刷新后再看一遍" in words(old)
    shown = client.post(ROUND + "show/", {"version": may.version + 1}, follow=True)
    assert "已公示" in words(shown)
    early = client.post(ROUND + "finish/", {"version": may.version + 2}, follow=True)
    assert "异议期到 6 月 13 日" in words(early)


def test_a_correction_is_declined_only_with_a_reason(cast, may_shown):
    done = final(cast, may_shown)
    judge(cast, "missed")
    client = client_of(cast.office)
    assert "3 个单位应更正" in words(client.post("/p/2017/supervision/scores/recheck/", follow=True))
    url = score_of(done, cast.county).get_absolute_url()
    assert "75.00 → 25.00" in words(client.get(url))
    assert "→ 25.00" not in words(client_of(cast.owner).get(url))  # not before it is confirmed
    one = Correction.objects.get(unit_score__unit=cast.county)
    refused = client.post(f"/supervision/scores/corrections/{one.pk}/", {"confirmed": "no", "reason": ""})
    assert (refused.status_code, Correction.objects.get(pk=one.pk).state) == (422, "open")
    client.post(f"/supervision/scores/corrections/{one.pk}/", {"confirmed": "yes", "reason": ""})
    text = words(client_of(cast.owner).get(url))
    assert "总分 25.00" in text
    assert "定稿时 75.00，第 2 名" in text


def test_the_job_finds_corrections_without_anybody_asking(cast, may_shown):
    final(cast, may_shown)
    judge(cast, "missed")
    enqueue("scores.recheck")
    run_due()
    assert Job.objects.get(kind="scores.recheck").result == {"考评期": 1, "待确认的更正": 3}
    assert Correction.objects.filter(state="open").count() == 3


def test_the_table_as_a_workbook(cast, may_shown):
    client = client_of(cast.office)
    sheet = load_workbook(BytesIO(client.get(ROUND + "?as=xlsx").content)).active
    heads = [cell.value for cell in sheet[2]]
    lines = {
        row[0].value: dict(zip(heads, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=3)
    }
    assert lines["钟山区人民政府"]["总分"] == 75
    assert lines["钟山区人民政府"]["数据按时报送"] == 25
    assert lines["钟山区人民政府"]["工程按期"] is None
    rows = load_workbook(BytesIO(client.get(ROUND + "?as=xlsx&rows=1").content)).active
    said = [[cell.value for cell in row][:5] for row in rows.iter_rows(min_row=3)]
    assert ["钟山区人民政府", "数据按时报送", "乙", 0, "是"] in said
    own = load_workbook(BytesIO(client_of(cast.owner).get(ROUND + "?as=xlsx").content)).active
    assert [row[0].value for row in own.iter_rows(min_row=3)] == ["钟山区人民政府"]


def test_export_names_what_it_can_not_find(cast, may):
    call_command("export_scores", "--json", stdout=(out := StringIO()))
    assert json.loads(out.getvalue()) == []  # a draft is nobody's business
    with pytest.raises(CommandError, match="没有 2017-01 的考评"):
        call_command("export_scores", "--json", "--period", "2017-01")
    with pytest.raises(CommandError, match="没有这个方案"):
        call_command("export_scores", "--json", "--plan", "1999")


def test_the_source_of_a_part_must_be_a_registered_one():
    part = ScorePart(code="x", name="x", weight=1, source="os.system")
    with pytest.raises(Exception, match="没有这个数据来源"):
        part.clean()


def test_pages_ask_the_same_whatever_the_number_of_units(cast: Cast, may):
    def asked(url: str) -> int:
        client = client_of(cast.office)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    unit = score_of(may, cast.county).get_absolute_url()
    few = asked(ROUND), asked(unit)
    for _ in range(20):
        owe(UnitFactory(kind="county"), date(2017, 5, 8), date(2017, 5, 8))
        owe(cast.county, date(2017, 5, 8), date(2017, 5, 8))
    again = compute_round(by=cast.office, plan=cast.plan, period=MAY)
    adjust_score(
        by=cast.office, unit_score_id=score_of(again, cast.county).pk, points=Decimal(1), reason="好"
    )
    assert (asked(ROUND), asked(unit)) == few
    again.refresh_from_db()
    show_round(by=cast.office, round_id=again.pk, version=again.version)
