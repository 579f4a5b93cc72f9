"""Registers by file: every fault at once, a preview that changes nothing, twins that wait, and the second time."""

import time
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangmo.errors import Invalid, Refused, Stale
from projects.campaigns.models import ImportState, Member, MemberEvent, MemberImport, Post, RegisterRules
from projects.campaigns.rules.codes import with_check_sign
from projects.campaigns.services import moves
from projects.campaigns.services.importing import bring_register, confirm_import, decide_doubts
from tests.factories import Cast
from tests.projects.campaigns.world import make_member, make_task, prove, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast):
    return make_task(cast, code_kind="credit", member="企业")


def credit(number: int) -> str:
    return with_check_sign(f"9152{number:013d}")


def row(name: str, code: str = "", unit: str = "钟山区", county: str = "", *rest: object) -> list[object]:
    return [name, code, unit, county, *rest]


def facts_of(upload, cast: Cast, task, by=None) -> dict:
    return bring_register(by=by or cast.lead_clerk, task_id=task.pk, upload=upload).facts


def test_five_thousand_members_with_three_hundred_faults(cast: Cast, task) -> None:
    rows = [row(f"第{n}家企业有限公司", credit(n)) for n in range(1, 5001)]
    words = {}
    for line in range(100):
        rows[line][0], words[line + 2] = "", "没有填名称"
        rows[line + 1000][1], words[line + 1002] = credit(9)[:-1] + "I", "不会有“I”"
        rows[line + 2000][2], words[line + 2002] = "某某局", "没有名为“某某局”的单位"
    began = time.monotonic()
    facts = facts_of(sheet(rows), cast, task)
    took = time.monotonic() - began
    assert facts["fault_count"] == len(facts["faults"]) == 300
    assert {fault["line"] for fault in facts["faults"]} == set(words)
    assert all(words[fault["line"]] in fault["message"] for fault in facts["faults"])
    assert Counter((fault["sheet"], fault["column"]) for fault in facts["faults"]) == {
        ("名单", "A"): 100,
        ("名单", "B"): 100,
        ("名单", "C"): 100,
    }
    assert took < 20
    found = MemberImport.objects.get()
    with pytest.raises(Invalid, match="300 处错误"):
        confirm_import(by=cast.lead_clerk, import_id=found.pk)
    assert not Member.objects.exists()


def test_preview_then_all_then_nothing_new(cast: Cast, task) -> None:
    make_member(cast, task, "旧厂", code=credit(1), remark="老")
    rows = [
        row("旧厂", credit(1), "钟山区", "", "", "", "新"),
        row("水泥厂", credit(2), "水城县", "", "环保股", "杨志明"),
    ]
    found = bring_register(by=cast.lead_clerk, task_id=task.pk, upload=sheet(rows))
    facts = found.facts
    assert (facts["fresh"], facts["changed"], facts["same"], facts["fault_count"]) == (1, 1, 0, 0)
    assert facts["changes"] == [{"line": 2, "name": "旧厂", "words": ["备注：老 → 新"]}]
    assert Member.objects.count() == 1
    confirm_import(by=cast.lead_clerk, import_id=found.pk)
    with pytest.raises(Stale, match="已导入"):
        confirm_import(by=cast.lead_clerk, import_id=found.pk)
    new = Member.objects.get(name="水泥厂")
    assert (new.unit, new.post, Member.objects.get(name="旧厂").remark) == (
        cast.other_county,
        Post.objects.get(),
        "新",
    )
    assert list(MemberEvent.objects.filter(member=new).values_list("action", flat=True)) == ["导入"]
    again = facts_of(sheet(rows), cast, task)
    assert (again["fresh"], again["changed"], again["same"]) == (0, 0, 2)


SPELLINGS = [
    "六盘水宏盛煤焦化有限责任公司",
    "六盘水　宏盛煤焦化有限公司",
    "六盘水（宏盛）煤焦化有限公司",
    "宏盛煤焦化有限公司",
    "六盘水鸿盛煤焦化有限公司",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_firm_under_two_spellings_is_never_silently_doubled(cast: Cast, task, spelling: str) -> None:
    there = make_member(cast, task, "六盘水宏盛煤焦化有限公司")
    found = bring_register(
        by=cast.lead_clerk, task_id=task.pk, upload=sheet([row(spelling, "", "水城县", "钟山区")])
    )
    [doubt] = found.facts["doubts"]
    assert (doubt["other"], found.facts["fresh"]) == (there.name, 0)
    with pytest.raises(Invalid, match="1 个疑似重复"):
        confirm_import(by=cast.lead_clerk, import_id=found.pk)
    assert Member.objects.count() == 1


def test_an_administrator_sets_how_near_is_doubtful(cast: Cast, task) -> None:
    make_member(cast, task, "六盘水宏盛煤焦化有限公司")
    for near, doubts in ((100, 0), (90, 1), (60, 1)):
        RegisterRules.objects.update_or_create(pk=1, defaults={"near": near})
        upload = sheet([row("六盘水鸿盛煤焦化有限公司", "", "水城县", "钟山区")])
        found = bring_register(by=cast.lead_clerk, task_id=task.pk, upload=upload)
        assert (len(found.facts["doubts"]), found.facts["fresh"]) == (doubts, 1 - doubts), near


def test_merged_and_kept_apart_stay_so(cast: Cast, task) -> None:
    make_member(cast, task, "六盘水宏盛煤焦化有限公司")
    rows = [row("六盘水宏盛煤焦化有限责任公司"), row("六盘水鸿盛煤焦化有限公司")]
    found = bring_register(by=cast.lead_clerk, task_id=task.pk, upload=sheet(rows))
    first, second = (doubt["place"] for doubt in found.facts["doubts"])
    decide_doubts(by=cast.lead_clerk, import_id=found.pk, decisions={first: "same", second: "apart"})
    confirm_import(by=cast.lead_clerk, import_id=found.pk)
    assert dict(Member.objects.values_list("name", "aliases")) == {
        "六盘水宏盛煤焦化有限公司": ["六盘水宏盛煤焦化有限责任公司"],
        "六盘水鸿盛煤焦化有限公司": [],
    }
    again = facts_of(sheet(rows), cast, task)
    assert (again["same"], again["doubts"], again["fresh"]) == (2, [], 0)


def test_faults_of_every_kind(cast: Cast, task) -> None:
    make_member(cast, task, "已核销的厂", code=credit(9))
    done = Member.objects.get()
    prove(cast, done)
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=[done.pk])
    rows = [
        row("甲" * 101),
        row("乙厂", "123"),
        row("丙厂", "", "市创模办"),
        row("丁厂", "", "钟山区", "市城市管理局"),
        row("戊厂", "", "钟山区", "", "环保股"),
        row("己厂", credit(5)),
        row("庚厂", credit(5)),
        row("已核销的厂", "", "水城县", ""),
        row("换了名", credit(9)),
        row("！！"),
    ]
    faults = {fault["line"]: fault["message"] for fault in facts_of(sheet(rows), cast, task)["faults"]}
    assert faults == {
        2: "名称有 101 字，不能超过 100 字",
        3: "统一社会信用代码应有 18 位，这里有 3 位",
        4: "市创模办不是这项任务的责任单位",
        5: "市城管局不是县区",
        6: "岗位和责任人要一起填",
        8: f"代码 {credit(5)}与第 7 行重复而内容不同，请核对后留一行",
        10: "“已核销的厂”已经销号，文件不能再改它；先撤回或退回",
        11: "“!!”不是名称",
    }


def test_files_that_are_none(cast: Cast, task) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    [empty] = facts_of(sheet([]), cast, task)["faults"]
    assert empty["message"] == "只有表头，没有数据"
    [headless] = facts_of(sheet([["x"]], head=["某", "列"]), cast, task)["faults"]
    assert headless["message"].startswith("没有找到表头")
    with pytest.raises(Invalid):
        bring_register(by=cast.lead_clerk, task_id=task.pk, upload=SimpleUploadedFile("名单.xlsx", b"<html>"))


def test_a_county_enters_its_own_only(cast: Cast, task) -> None:
    facts = facts_of(sheet([row("甲厂", "", ""), row("乙厂", "", "水城县")]), cast, task, by=cast.owner)
    assert (facts["fresh"], [one["message"] for one in facts["faults"]]) == (1, ["您不能登记水城县的对象"])
    with pytest.raises(Refused):
        facts_of(sheet([row("甲厂")]), cast, task, by=cast.inspector)
    with pytest.raises(Refused, match="上传的人"):
        confirm_import(by=cast.lead, import_id=MemberImport.objects.get().pk)


def test_saving_takes_the_same_queries_for_ten_and_for_a_thousand(cast: Cast, task) -> None:
    """Rows go in by the thousand: a hundred times as many take a few batches more, not a hundred times the queries."""
    counts = []
    for first, last in ((1, 10), (11, 1010)):
        rows = [row(f"第{n}家企业有限公司", credit(n)) for n in range(first, last + 1)]
        found = bring_register(by=cast.lead_clerk, task_id=task.pk, upload=sheet(rows))
        with CaptureQueriesContext(connection) as queries:
            confirm_import(by=cast.lead_clerk, import_id=found.pk)
        counts.append(len(queries))
    assert Member.objects.count() == 1010
    assert counts[1] - counts[0] <= 30
    assert set(MemberImport.objects.values_list("state", flat=True)) == {ImportState.DONE}
