"""The fixtures against a transcription of the plan's text, part 二, made by reading it, indicator by indicator."""

import json
import re
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from chuangmo.org.models import Unit
from indicators.plan.models import (
    ChecklistItem,
    DataElement,
    Duty,
    Indicator,
    MaterialRequirement,
    Milestone,
    Relation,
    Site,
    SiteKind,
)
from indicators.plan.queries import plan_export

pytestmark = pytest.mark.sqlite_only

FOUR = "六枝特区人民政府 盘县人民政府 水城县人民政府 钟山区人民政府"
ALL_FIVE = f"{FOUR} 钟山经济开发区管委会"
CENTRE = "钟山区人民政府 水城县人民政府 钟山经济开发区管委会"
GAS = "贵州燃气（集团）六盘水燃气有限公司"

BASIC, ECONOMY, QUALITY = "基本条件", "经济社会指标", "环境质量指标"
BUILDING, MANAGING = "环境建设指标", "环境管理指标"

# number: (category, leads, responsible, groups)
DUTIES = {
    1: (
        BASIC,
        "市环境保护局",
        f"{ALL_FIVE} 市发展改革委 市经济和信息化委 市农委 市城管局 市公安局 市交通运输局 市住房城乡建设局 市财政局",
        "",
    ),
    2: (BASIC, "市环境保护局", ALL_FIVE, "市突发环境事件应急指挥部成员单位"),
    3: (BASIC, "市环境保护局", ALL_FIVE, "市直《环境保护目标责任书》各责任单位"),
    4: (
        ECONOMY,
        "市环境保护局",
        f"{ALL_FIVE} 市发展改革委 市财政局 市经济和信息化委 市农委 市国土资源局 市住房城乡建设局 市能源局 市水务局"
        " 市林业局 市科技局",
        "",
    ),
    5: (ECONOMY, "市经济和信息化委", f"{ALL_FIVE} 市发展改革委 市能源局", ""),
    6: (ECONOMY, "市水务局", f"{ALL_FIVE} 市住房城乡建设局", ""),
    7: (ECONOMY, "市环境保护局", f"{ALL_FIVE} 市经济和信息化委 市能源局", ""),
    8: (
        QUALITY,
        "市环境保护局",
        f"{CENTRE} 市住房城乡建设局 市城管局 市公安局 市交通运输局 市食品药品监管局 市质监局 市国土资源局 市经济和信息化委"
        " 市发展改革委 市能源局 市商务粮食局 市规划局 市林业局 市气象局",
        "",
    ),
    9: (
        QUALITY,
        "市环境保护局",
        "钟山区人民政府 水城县人民政府 市水务局 市水库和生态移民局 市林业局 市住房城乡建设局 市水利开发投资有限公司",
        "",
    ),
    10: (QUALITY, "市环境保护局", f"{ALL_FIVE} 市水务局 市住房城乡建设局 市水利开发投资有限公司", ""),
    11: (
        QUALITY,
        "市环境保护局",
        f"{CENTRE} 市公安局 市文体广电新闻出版局 市住房城乡建设局 市交通运输局 市城管局 市工商局",
        "",
    ),
    12: (QUALITY, "市环境保护局", f"{CENTRE} 市公安局 市城管局 市交通运输局 市住房城乡建设局 市工商局", ""),
    13: (BUILDING, "市城管局", f"{CENTRE} 市林业局", ""),
    14: (BUILDING, "市住房城乡建设局", f"{CENTRE} 市水务局 市环境保护局", ""),
    15: (BUILDING, "市环境保护局", f"{ALL_FIVE} 市经济和信息化委", ""),
    16: (
        BUILDING,
        "市能源局",
        f"{ALL_FIVE} 市发展改革委 市住房城乡建设局 市经济和信息化委 市环境保护局 市交通运输局 {GAS}",
        "",
    ),
    17: (BUILDING, "市环境保护局", f"{ALL_FIVE} 市公安局 市质监局", ""),
    18: (BUILDING, "市城管局", f"{CENTRE} 市环境保护局", ""),
    19: (BUILDING, "市环境保护局", f"{ALL_FIVE} 市住房城乡建设局 市经济和信息化委 市能源局", ""),
    20: (BUILDING, "市环境保护局", f"{ALL_FIVE} 市卫生计生委 市城管局 市交通运输局", ""),
    21: (MANAGING, "市委组织部 市环境保护局", ALL_FIVE, ""),
    22: (
        MANAGING,
        "市环境保护局",
        f"{ALL_FIVE} 市发展改革委 市经济和信息化委 市农委 市生态旅游委 市财政局 市住房城乡建设局 市交通运输局 市国土资源局"
        f" 市能源局 市商务粮食局 市教育局 市卫生计生委 市水务局 市规划局 市林业局 市水利开发投资有限公司 {GAS}",
        "",
    ),
    23: (MANAGING, "市环境保护局", f"{ALL_FIVE} 市编办", ""),
    24: (MANAGING, "市环境保护局", f"{ALL_FIVE} 市委宣传部 市文体广电新闻出版局", ""),
    25: (MANAGING, "市教育局", ALL_FIVE, ""),
    26: (MANAGING, "市爱卫办", ALL_FIVE, "创建国家卫生城市各成员单位"),
}
NAMES = {
    1: "按期完成国家和省下达的主要污染物总量控制任务",
    2: "近三年城市区域内未发生重大、特大环境事件，制定环境突发事件应急预案并定期进行演练，"
    "考核前一年没有重大违反环保法律法规的案件",
    3: "城市环境综合整治定量考核连续3年名列全省前列",
    4: "近三年，每年环境保护投资指数≥1.7%",
    5: "规模以上单位工业增加值能耗逐年下降",
    6: "单位GDP用水量逐年下降",
    7: "万元工业增加值主要工业污染物排放强度逐年下降",
    8: "市中心城区空气主要污染物年平均浓度值达到国家二级标准，且主要污染物日平均浓度达到二级标准的天数占全年总天数的85%以上",
    9: "向市中心城区供水的集中式饮用水水源地水质达标",
    10: "市辖区内水质达到相应水体环境功能要求，全市域跨界断面出境水质达到要求",
    11: "市中心城区区域环境噪声平均值≤60dB(A)",
    12: "市中心城区交通干线噪声平均值≤70dB(A)",
    13: "市中心城区建成区绿化覆盖率≥35%（西部城市可选择人均公共绿地面积≥全国平均水平）",
    14: "市中心城区城市生活污水集中处理率≥80%，缺水城市污水再生利用率≥20%",
    15: "重点工业企业污染物排放稳定达标",
    16: "城市清洁能源使用率≥50%",
    17: "机动车环保定期检验率≥80%",
    18: "市中心城区生活垃圾无害化处理率≥85%",
    19: "工业固体废物处置利用率≥90%",
    20: "危险废物依法安全处置",
    21: "环境保护目标责任制落实到位，环境指标已纳入党政领导干部政绩考核。制定创模规划并分解实施，实行环境质量公告制度",
    22: "建设项目依法执行环评、“三同时”，依法开展规划环境影响评价",
    23: "环境保护机构独立建制，环境保护能力建设达到国家标准化建设要求",
    24: "公众对城市环境保护的满意率≥80%",
    25: "中小学环境教育普及率≥85%",
    26: "城市环境卫生工作落实到位，城乡结合部及周边地区环境管理符合要求",
}
KINDS = {
    "county": FOUR,
    "zone": "钟山经济开发区管委会",
    "bureau": "市环境保护局 市发展改革委 市经济和信息化委 市农委 市城管局 市公安局 市交通运输局 市住房城乡建设局 市财政局"
    " 市国土资源局 市能源局 市水务局 市林业局 市科技局 市食品药品监管局 市质监局 市商务粮食局 市规划局 市气象局"
    " 市水库和生态移民局 市文体广电新闻出版局 市工商局 市卫生计生委 市生态旅游委 市教育局 市编办 市爱卫办 市统计局",
    "party": "市委组织部 市委宣传部",
    "enterprise": f"市水利开发投资有限公司 {GAS}",
    "office": "市创模办",
    "oversight": "市监察局 市委市政府督查室 市人大 市政协",
}
ALIASES = {
    "盘县人民政府": ["盘州市人民政府"],
    "市住房城乡建设局": ["市住建局"],
    "市卫生计生委": ["市卫计委"],
    "市水利开发投资有限公司": ["市水投公司"],
    GAS: ["市燃气公司"],
    "市林业局": ["林业局"],
}


@pytest.fixture
def export(plan) -> dict:
    out = StringIO()
    call_command("export_plan", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_export_has_the_shape_that_was_promised(export):
    assert list(export) == ["units", "groups", "indicators", "projects", "tasks"]
    assert {tuple(unit) for unit in export["units"]} == {("name", "kind", "aliases")}
    assert {tuple(group) for group in export["groups"]} == {("name", "members")}
    assert {tuple(indicator) for indicator in export["indicators"]} == {
        ("number", "name", "category", "leads", "responsible", "groups", "rule")
    }


def test_every_unit_of_the_plan_and_no_other(export):
    expected = {name: kind for kind, names in KINDS.items() for name in names.split()}
    assert {unit["name"]: unit["kind"] for unit in export["units"]} == expected
    assert len(export["units"]) == len(expected) == 42


def test_every_alias_of_the_plan_and_no_other(export):
    assert {unit["name"]: unit["aliases"] for unit in export["units"] if unit["aliases"]} == ALIASES


def test_the_three_groups_in_the_plan_s_order_without_members(export):
    names = [groups for _, _, _, groups in DUTIES.values() if groups]
    assert export["groups"] == [{"name": name, "members": []} for name in names]


def test_every_indicator_in_the_plan_s_own_words(export):
    assert {indicator["number"]: indicator["name"] for indicator in export["indicators"]} == NAMES
    assert [indicator["number"] for indicator in export["indicators"]] == list(range(1, 27))


def test_every_duty_in_the_plan_s_order(export):
    found = {
        indicator["number"]: (
            indicator["category"],
            indicator["leads"],
            indicator["responsible"],
            indicator["groups"],
        )
        for indicator in export["indicators"]
    }
    assert found == {
        number: (category, leads.split(), responsible.split(), groups.split())
        for number, (category, leads, responsible, groups) in DUTIES.items()
    }


def test_every_indicator_has_a_rule(export):
    assert all(indicator["rule"]["parts"] for indicator in export["indicators"])


def test_export_for_a_reader_names_leads_and_empty_groups(plan):
    out = StringIO()
    call_command("export_plan", stdout=out)
    lines = out.getvalue().splitlines()
    assert (
        "21. 环境保护目标责任制落实到位，环境指标已纳入党政领导干部政绩考核。制定创模规划并分解实施，实行环境质量公告制度"
        in lines
    )
    assert "   牵头单位：市委组织部、市环境保护局" in lines
    assert "创建国家卫生城市各成员单位：（还没有成员单位）" in lines


def test_duties_keep_the_words_of_the_plan(plan):
    duties = Duty.objects.filter(indicator__number=22, role="responsible").order_by("order")
    written = [duty.as_written for duty in duties]
    assert written[:5] == ["各县（特区、区）人民政府"] * 4 + ["钟山经济开发区管委会"]
    assert written[-4:] == ["市规划局", "林业局", "市水投公司", "市燃气公司"]
    assert {"市住建局", "市卫计委"} <= set(written)


# OCR damage ---------------------------------------------------------------------------------------------

HAN = r"[\u4e00-\u9fff]"
DAMAGE = {
    "formula marks": r"\$|\\geq|\\leq|\\%|\\text|\{|\}",
    "a doubled 会": r"会会|管委\s*会会",
    "white space at an end": r"^\s|\s$",
    "line breaks and odd spaces": r"[\n\r\t\u00a0\u3000]",
    "spaces between Chinese characters": rf"{HAN} +{HAN}",
    "spaces before a sign": r"\s[≥≤，。、；：]|[≥≤]\s",
    "half-width punctuation after Chinese": rf"{HAN}[,;:?!]",
    "half-width brackets around Chinese": rf"\({HAN}|{HAN}\)",
    "a full stop at the end of a name": r"局。$|会。$",
}


# our own words, with places for values and with lines
TEMPLATES = ("10-notice-templates.json", "12-papers.json", "13-wording.json")


def texts_in(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "model" for text in texts_in(item)]
    return [text for item in value for text in texts_in(item)] if isinstance(value, list) else []


def fixture_files() -> list[Path]:
    return sorted(Path(settings.FIXTURE_DIRS[0]).glob("*/*.json"))


def test_there_are_fixtures():
    assert len(fixture_files()) >= 30


@pytest.mark.parametrize("damage", DAMAGE)
def test_no_trace_of_the_scan_in_any_fixture(damage):
    found = [
        (path.name, text)
        for path in fixture_files()
        if path.name not in TEMPLATES
        for text in texts_in(json.loads(path.read_text(encoding="utf-8")))
        if re.search(DAMAGE[damage], text)
    ]
    assert found == []


def test_fixtures_are_in_one_unicode_form_and_readable():
    for path in fixture_files():
        text = path.read_text(encoding="utf-8")
        assert unicodedata.normalize("NFC", text) == text, path.name
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path.name


def test_fixtures_hold_no_primary_keys():
    for path in fixture_files():
        assert {key for entry in json.loads(path.read_text(encoding="utf-8")) for key in entry} <= {
            "model",
            "fields",
        }, path.name


# The rest of the plan's data ----------------------------------------------------------------------------


def test_milestones_are_those_of_the_plan_and_our_decisions(plan):
    dates = dict(Milestone.objects.filter(plan=plan).values_list("code", "due_on"))
    assert {code: day.isoformat() for code, day in dates.items()} == {
        "projects_started": "2017-03-31",
        "cleaner_production": "2017-07-31",
        "projects_done": "2017-08-31",
        "indicators_met": "2017-08-31",
        "archive_done": "2017-08-31",
        "satisfaction_survey": "2017-10-31",
        "pre_assessment": "2017-10-31",
        "national_assessment": "2017-12-31",
    }


def test_every_indicator_has_a_short_name_for_the_wall(plan):
    names = Indicator.objects.filter(plan=plan).values_list("short_name", flat=True)
    assert len(set(names)) == 26
    assert max(len(name) for name in names) <= 12


def test_counts_of_the_smaller_registers(plan):
    assert DataElement.objects.count() == 74
    assert Relation.objects.count() == 20
    assert ChecklistItem.objects.count() == 27
    assert MaterialRequirement.objects.count() == 89


def test_codes_say_to_which_indicator_a_row_belongs(plan):
    for model in (ChecklistItem, MaterialRequirement):
        for code, number in model.objects.values_list("code", "indicator__number"):
            assert code.startswith(f"i{number:02}."), code


def test_rules_read_only_elements_that_are_collected(plan):
    from indicators.assessment.rules.schema import elements_read, validate_rule

    read = {
        code
        for indicator in plan_export(plan)["indicators"]
        for code in elements_read(validate_rule(indicator["rule"]))
    }
    assert read - set(DataElement.objects.values_list("code", flat=True)) == set()


def test_relations_name_only_elements_that_are_collected(plan):
    codes = set(DataElement.objects.values_list("code", flat=True))
    for relation in Relation.objects.all():
        assert set(re.findall(r"i\d\d\.\w+", f"{relation.left} {relation.right}")) <= codes, relation


def test_sites_that_the_plan_names_lie_in_a_county(plan):
    sites = Site.objects.exclude(kind=SiteKind.UNIT)
    assert {site.unit.kind for site in sites.select_related("unit")} == {"county"}
    assert {kind: sites.filter(kind=kind).count() for kind in ("source", "plant", "facility", "firm")} == {
        "source": 2,
        "plant": 3,
        "facility": 2,
        "firm": 4,
    }


def test_every_unit_has_its_whole_unit_site(plan):
    assert Site.objects.filter(kind=SiteKind.UNIT).count() == Unit.objects.count()
