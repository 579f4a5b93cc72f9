"""The projects of the plan's 三（一） against a transcription made by reading the text, sentence by sentence."""

import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from indicators.plan.models import Plan
from indicators.plan.services.loading import load_plan
from projects.works.models import Project
from projects.works.rules.facts import fact_faults, fact_lines

pytestmark = pytest.mark.sqlite_only

LIUZHI, PAN, SHUICHENG, ZHONGSHAN = "六枝特区人民政府", "盘县人民政府", "水城县人民政府", "钟山区人民政府"
ZONE = "钟山经济开发区管委会"

# By sentence: what the plan calls it, the figures and standards in the sentence, who, which indicators.
WATER = [
    ("玉舍水库一级保护区", {1083, 4457}, [SHUICHENG, "市水库和生态移民局"], [9]),
    ("窑上水库一级保护区", set(), [ZHONGSHAN, "市水务局"], [9]),
    ("水城河综合治理", {4}, [ZHONGSHAN, SHUICHENG, ZONE, "市水务局"], [10]),
    ("市八中至双水卡达凯斯人工湖", set(), [SHUICHENG, "市住房城乡建设局"], [10]),
    ("德坞水库整治", set(), [ZHONGSHAN, "市水务局"], [10]),
    ("市污水处理厂及其配套收集管网", {10, "万吨/日"}, [ZHONGSHAN, "市住房城乡建设局"], [1, 14]),
    ("中水回用工程", {10, "万吨/日"}, [ZHONGSHAN, "市住房城乡建设局"], [6, 14]),
    ("德坞污水处理厂提标改造", {"一级A标准"}, [ZHONGSHAN, "市住房城乡建设局"], [1, 14]),
    ("以朵污水处理厂", {"一级A标准"}, [SHUICHENG, ZONE, "市住房城乡建设局"], [1, 14]),
]
AIR = [
    ("火电机组超低排放改造", {5, "超低排放"}, [SHUICHENG, PAN, "市能源局"], [1, 7, 8, 15]),
    ("发耳电厂", {"超低排放"}, [SHUICHENG, "市能源局"], [1, 7, 8, 15]),
    ("粤黔电力", {"超低排放"}, [PAN, "市能源局"], [1, 7, 8, 15]),
    ("黔桂电厂", {"超低排放"}, [PAN, "市能源局"], [1, 7, 8, 15]),
    ("餐饮业油烟治理", set(), [ZHONGSHAN, SHUICHENG, ZONE, "市城管局"], [8]),
]
WASTE = [
    (
        "岔河垃圾填埋场渗滤液",
        {"《生活垃圾填埋场污染控制标准》（GB 16889-2008）表3"},
        [ZHONGSHAN, "市城管局"],
        [18],
    ),
    ("垃圾中转站新建或升级改造", set(), [ZHONGSHAN, SHUICHENG, ZONE, "市城管局"], [18]),
    ("红山西路生活垃圾二次转运站", set(), [ZHONGSHAN, "市城管局"], [18]),
    ("水钢7号点生活垃圾填埋场", set(), [ZHONGSHAN, "市城管局"], [18]),
    ("餐厨垃圾及市政污泥", set(), [ZHONGSHAN, "市城管局"], [14, 18]),
    ("生活垃圾焚烧发电", set(), [ZHONGSHAN, "市城管局"], [18]),
    ("老鹰山片区垃圾焚烧", set(), [SHUICHENG, "市城管局"], [18]),
    (
        "医疗废物集中处置中心",
        {3, "危险废物经营许可证"},
        [LIUZHI, PAN, ZHONGSHAN, "市卫生计生委"],
        [20],
    ),
    ("六枝医疗废物", {"危险废物经营许可证"}, [LIUZHI, "市卫生计生委"], [20]),
    ("盘县医疗废物", {"危险废物经营许可证"}, [PAN, "市卫生计生委"], [20]),
    ("钟山医疗废物", {"危险废物经营许可证"}, [ZHONGSHAN, "市卫生计生委"], [20]),
    ("发耳固体废弃物综合利用", set(), [SHUICHENG, "市经济和信息化委"], [8, 19]),
    (
        "水钢工业固废渣场",
        set(),
        [ZHONGSHAN, LIUZHI, PAN, SHUICHENG, ZONE, "市经济和信息化委"],
        [19],
    ),
]
PARENTS = {
    "火电机组超低排放改造": ["发耳电厂超低排放改造", "粤黔电力超低排放改造", "黔桂电厂超低排放改造"],
    "医疗废物集中处置中心": [
        "六枝医疗废物集中处置中心",
        "盘县医疗废物集中处置中心",
        "钟山医疗废物集中处置中心",
    ],
}
# What the sentence asks for in words is kept too, but is no figure to compare.
IN_WORDS = {"content", "result", "area"}


@pytest.fixture
def projects(plan: Plan) -> list[dict]:
    out = StringIO()
    call_command("export_plan", "--json", stdout=out)
    return json.loads(out.getvalue())["projects"]


def test_export_has_the_shape_that_was_promised(projects):
    assert {tuple(project) for project in projects} == {
        ("name", "kind", "parent", "units", "indicators", "start_by", "finish_by", "facts")
    }


@pytest.mark.parametrize(("kind", "expected"), [("water", WATER), ("air", AIR), ("solid_waste", WASTE)])
def test_every_project_of_the_plan_once_in_its_order(projects, kind, expected):
    found = [project for project in projects if project["kind"] == kind]
    assert [words in project["name"] for project, (words, *_) in zip(found, expected, strict=True)] == [
        True
    ] * len(expected)
    got = [
        (
            {value for code, value in project["facts"].items() if code not in IN_WORDS},
            project["units"],
            project["indicators"],
        )
        for project in found
    ]
    assert got == [(facts, units, indicators) for _, facts, units, indicators in expected]


def test_lumped_works_are_parts_of_one(projects):
    parts: dict[str, list[str]] = {}
    for project in projects:
        if project["parent"]:
            parts.setdefault(project["parent"], []).append(project["name"])
    assert parts == PARENTS


def test_every_project_begins_and_ends_on_the_plan_s_dates(projects):
    assert {(project["start_by"], project["finish_by"]) for project in projects} == {
        ("2017-03-31", "2017-08-31")
    }


@pytest.mark.parametrize("words", ["发耳固体废弃物", "水城河", "卡达凯斯", "德坞水库", "油烟"])
def test_what_the_text_names_twice_is_one_project_that_says_where(plan, words):
    project = Project.objects.get(name__contains=words)
    assert len(project.named_in.split("、")) == 2


def test_counts_say_what_they_count(projects):
    facts = {project["name"]: project["facts"] for project in projects}
    assert facts["玉舍水库一级保护区移民搬迁及硬隔离设施建设"]["households"] == 1083
    assert facts["玉舍水库一级保护区移民搬迁及硬隔离设施建设"]["people"] == 4457
    assert facts["水城河综合治理"]["sections"] == 4
    assert facts["火电机组超低排放改造"]["generator_sets"] == 5
    assert facts["医疗废物集中处置中心"]["centres"] == 3


def test_all_stored_projects_are_valid(plan):
    for project in Project.objects.all():
        project.full_clean()


def test_a_second_load_changes_no_project(plan):
    before = list(Project.objects.order_by("pk").values())
    assert not load_plan()
    assert list(Project.objects.order_by("pk").values()) == before
    assert Project.history.count() == len(before)


def test_an_edited_project_stays_and_is_reported(plan):
    project = Project.objects.get(code="dewu-reservoir")
    project.name = "德坞水库综合整治"
    project.save()
    again = load_plan()
    assert [str(difference) for difference in again.differences] == [
        "重点工程“dewu-reservoir”的名称：方案数据为“德坞水库整治”，现为“德坞水库综合整治”"
    ]


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        ({"households": 1083}, []),
        ({"households": 0}, ["“户数”应为大于零的整数"]),
        ({"households": 1083.5}, ["“户数”应为大于零的整数"]),
        ({"households": True}, ["“户数”应为大于零的整数"]),
        ({"capacity": 2.5, "capacity_unit": "万吨/日"}, []),
        ({"capacity": -1, "capacity_unit": "万吨/日"}, ["“能力”应为大于零的数"]),
        ({"capacity": 10}, ["“能力”和“能力单位”要一起填"]),
        ({"standard": "  "}, ["“执行标准”应为文字"]),
        ({"familys": 3, "people": "4457"}, ["不认识的内容“familys”", "“人数”应为大于零的整数"]),
    ],
)
def test_facts_are_typed(facts, faults):
    assert fact_faults(facts) == faults


def test_facts_for_a_reader():
    assert fact_lines({"capacity_unit": "万吨/日", "capacity": 10, "households": 3}) == [
        ("能力", "10 万吨/日"),
        ("户数", "3 户"),
    ]


def test_a_part_has_no_parts(plan):
    part = Project.objects.get(code="faer-power")
    child = Project.objects.get(code="dewu-reservoir")
    child.parent = part
    with pytest.raises(ValidationError) as caught:
        child.full_clean()
    assert caught.value.message_dict == {"parent": ["子工程只有一层：所属工程不能又是别的工程的子工程"]}
