"""The tasks of the plan's 三（二） to 三（七） against a transcription made by reading the text, clause by clause."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from indicators.plan.models import Plan
from indicators.plan.services.loading import load_plan
from projects.campaigns.models import Task
from projects.works.models import Project

pytestmark = pytest.mark.sqlite_only

# theme: the plan's measures in its order, each as (words of the task's name, target, unit).
ALL = (100, "%")
ENVIRONMENT = {
    "大气": [("2017年度工作实施方案", 2, "个"), ("预警制度和联防联控机制", 2, "项")],
    "降煤": [("锅炉煤改气", *ALL), ("清洁能源", *ALL), ("集中供热", *ALL), ("民用天然气", *ALL)],
    "控尘": [("建筑扬尘", *ALL), ("道路扬尘", *ALL), ("砂石行业", *ALL), ("露天堆场", *ALL)],
    "治车": [("新能源公交", *ALL), ("黄标车限行", *ALL), ("淘汰黄标车", *ALL), ("尾气检测和路检", *ALL)],
    "减排": [("油气污染治理", *ALL)],
    "增绿": [("绿化覆盖率", *ALL)],
    "打违": [("秸秆禁烧", *ALL)],
    "水环境": [("明湖湿地公园、凤池园", 2, "个"), ("月照养生谷", 1, "个")],
    "噪声": [
        ("噪声污染源监控", *ALL),
        ("禁鸣", *ALL),
        ("夜间施工", *ALL),
        ("娱乐场所超时", *ALL),
        ("联动机制", 1, "项"),
        ("投诉", *ALL),
    ],
}
ENTERPRISES = {
    "企业": [("21个重点行业清洁生产审核", 21, "个"), ("全面达标", *ALL)],
    "危废": [("全过程管理和联单", *ALL), ("暂存场所整治", *ALL)],
    "监测": [("监督性监测", *ALL), ("自行监测", *ALL), ("国控企业在线", *ALL)],
    "执法": [("未批先建、久拖不验", *ALL), ("排放超标企业", *ALL)],
    "应急": [("有预案、有物资储备、有应急演练", *ALL)],
}
STATISTICS = {"统计": [("四项统计数据", 4, "项")], "调查": [("满意率调查", 1, "次")]}
CAPABILITY = {
    "能力": [
        ("环境监察能力建设达标验收", *ALL),
        ("环境监测能力建设达标验收", *ALL),
        ("空编补员", *ALL),
        ("环境信息、宣教、机动车管理机构", 3, "个"),
        ("网格化监管", *ALL),
    ]
}
PUBLICITY = {
    "教育": [("教材", *ALL), ("不少于12课时", *ALL), ("环保活动", *ALL)],
    "宣传": [
        ("宣传计划", 1, "个"),
        ("宣传口号", 1, "个"),
        ("宣传手册", 1, "册"),
        ("专题宣传片", 1, "部"),
        ("十进", 10, "类"),
        ("知晓率、支持率、参与率", 3, "项"),
    ],
}
ARCHIVES = {"档案": [("收集、整理、建档", 26, "项")]}
SECTIONS = {
    "三（二）": ENVIRONMENT,
    "三（三）": ENTERPRISES,
    "三（四）": STATISTICS,
    "三（五）": CAPABILITY,
    "三（六）": PUBLICITY,
    "三（七）": ARCHIVES,
}
OTHER_DATES = {"cleaner-production": "2017-07-31", "satisfaction-survey": "2017-10-31"}
FIVE = {"六枝特区人民政府", "盘县人民政府", "水城县人民政府", "钟山区人民政府", "钟山经济开发区管委会"}


@pytest.fixture
def tasks(plan: Plan) -> list[dict]:
    out = StringIO()
    call_command("export_plan", "--json", stdout=out)
    return json.loads(out.getvalue())["tasks"]


def test_every_task_of_the_plan_once_in_its_order(tasks):
    found: dict[str, dict[str, list[dict]]] = {}
    for task in tasks:
        found.setdefault(task["section"], {}).setdefault(task["theme"], []).append(task)
    assert {section: list(themes) for section, themes in found.items()} == {
        section: list(themes) for section, themes in SECTIONS.items()
    }
    for section, themes in SECTIONS.items():
        for theme, expected in themes.items():
            got = found[section][theme]
            assert [(task["target"], task["target_unit"]) for task in got] == [
                (target, unit) for _, target, unit in expected
            ]
            missing = [
                words for task, (words, *_) in zip(got, expected, strict=True) if words not in task["name"]
            ]
            assert missing == []


def test_what_is_a_project_is_no_task_besides(tasks):
    names = set(Project.objects.values_list("name", flat=True))
    assert [task["name"] for task in tasks if task["name"] in names] == []
    assert [
        task["name"]
        for task in tasks
        for words in ("油烟", "水城河", "卡达凯斯", "德坞水库")
        if words in task["name"]
    ] == []


def test_every_task_says_until_when(tasks):
    assert {task["code"]: task["due_on"] for task in tasks if task["due_on"] != "2017-08-31"} == OTHER_DATES


def test_risk_firms_need_all_three(tasks):
    firms = next(task for task in tasks if task["code"] == "risk-firms")
    assert firms["proofs"] == ["应急预案", "物资储备", "应急演练"]
    assert set(firms["units"]) >= FIVE


def test_statistics_name_the_plan_s_five_bureaus(tasks):
    one = next(task for task in tasks if task["code"] == "basic-statistics")
    assert {one["lead"], *one["units"]} - FIVE == {
        "市经济和信息化委",
        "市水务局",
        "市能源局",
        "市统计局",
        "市环境保护局",
    }


def test_every_task_has_proof_units_and_indicators(tasks):
    assert [
        task["code"] for task in tasks if not (task["proofs"] and task["units"] and task["indicators"])
    ] == []
    assert [task["code"] for task in tasks if task["lead"] in task["units"]] == []


def test_all_stored_tasks_are_valid(plan):
    for task in Task.objects.all():
        task.full_clean()


def test_a_second_load_changes_no_task(plan):
    before = list(Task.objects.order_by("pk").values())
    assert not load_plan()
    assert list(Task.objects.order_by("pk").values()) == before
