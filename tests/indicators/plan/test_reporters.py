"""Who owes what: every token of the plan against the duties of its own indicator."""

from datetime import date

import pytest

from chuangmo.org.models import Unit, UnitGroup
from indicators.plan.models import ChecklistItem, Indicator, MaterialRequirement, Plan, ReportItem
from indicators.plan.queries import (
    answerers_of_plan,
    current_plan,
    duties_of,
    duty_book,
    leads_of,
    material_providers_of_plan,
    plan_by_code,
    reporters_of_plan,
    reporting_units,
    units_of_indicator,
)
from indicators.plan.services.duties import save_group_member

MAY = date(2017, 5, 31)
FIVE = ["六枝特区人民政府", "盘县人民政府", "水城县人民政府", "钟山区人民政府", "钟山经济开发区管委会"]
CENTRE = ["钟山区人民政府", "水城县人民政府", "钟山经济开发区管委会"]
GAS = "贵州燃气（集团）六盘水燃气有限公司"
# One element for each way in which the plan's items name their reporters.
REPORTERS = {
    "i01.so2_cut": FIVE,
    "i01.so2_task": ["市环境保护局"],
    "i02.events": FIVE,
    "i02.drills": FIVE,
    "i03.rank": ["市环境保护局"],
    "i04.investment": [
        *FIVE,
        "市发展改革委",
        "市财政局",
        "市经济和信息化委",
        "市农委",
        "市国土资源局",
        "市住房城乡建设局",
        "市能源局",
        "市水务局",
        "市林业局",
        "市科技局",
        "市环境保护局",
    ],
    "i04.gdp": ["市统计局"],
    "i05.energy": ["市经济和信息化委"],
    "i05.value_added": ["市统计局"],
    "i06.water_used": FIVE,
    "i06.gdp_const": ["市统计局"],
    "i07.value_added": ["市统计局"],
    "i09.intake": ["市环境保护局"],
    "i13.green_cover": CENTRE,
    "i13.park_green": ["市城管局"],
    "i14.produced": CENTRE,
    "i14.treated": ["市住房城乡建设局"],
    "i15.tests": ["市环境保护局"],
    "i16.gas": [GAS],
    "i16.final": FIVE,
    "i17.tested": ["市环境保护局"],
    "i17.due": ["市公安局"],
    "i18.produced": CENTRE,
    "i18.treated": ["市城管局"],
    "i19.produced": FIVE,
    "i20.medical_produced": FIVE,
    "i22.eia_due": [*FIVE, "市环境保护局"],
    "i23.inspect_posts": [*FIVE, "市环境保护局"],
    "i24.valid": ["市环境保护局"],
    "i25.pupils": FIVE,
    "i26.open_findings": FIVE,
}
ANSWERERS = {
    "i02.c1": FIVE,
    "i20.c1": FIVE,
    "i20.c4": ["市环境保护局"],
    "i21.c1": FIVE,
    "i21.c2": ["市委组织部"],
    "i21.c3": ["市环境保护局"],
    "i23.c1": [*FIVE, "市环境保护局", "市编办"],
    "i26.c2": FIVE,
}


@pytest.fixture
def names(plan) -> dict[int, str]:
    return dict(Unit.objects.values_list("pk", "name"))


def by_code(mapping, codes, names) -> dict[str, list[str]]:
    return {codes[pk]: [names[unit] for unit in units] for pk, units in mapping.items()}


def test_reporters_of_every_kind_of_item(plan, names):
    codes = dict(ReportItem.objects.values_list("pk", "element__code"))
    found = by_code(reporters_of_plan(plan, MAY), codes, names)
    assert {code: found[code] for code in REPORTERS} == REPORTERS
    assert [code for code, units in found.items() if not units] == []


def test_answerers_of_checklists(plan, names):
    codes = dict(ChecklistItem.objects.values_list("pk", "code"))
    found = by_code(answerers_of_plan(plan, MAY), codes, names)
    assert {code: found[code] for code in ANSWERERS} == ANSWERERS
    assert [code for code, units in found.items() if not units] == []


def test_every_material_has_somebody_who_brings_it(plan, names):
    codes = dict(MaterialRequirement.objects.values_list("pk", "code"))
    found = by_code(material_providers_of_plan(plan, MAY), codes, names)
    assert [code for code, units in found.items() if not units] == []
    assert found["i04.m2"] == ["市统计局"]


def test_one_item_is_resolved_like_the_whole_plan(plan, names):
    whole = reporters_of_plan(plan, MAY)
    for item in ReportItem.objects.select_related("indicator")[::9]:
        units = reporting_units(item.reporter, item.indicator, MAY)
        assert [unit.pk for unit in units] == whole[item.pk]


def test_a_unit_that_no_longer_exists_owes_nothing(plan, names):
    Unit.objects.filter(name="盘县人民政府").update(valid_to=date(2017, 4, 30))
    indicator = Indicator.objects.get(number=1)
    assert [unit.name for unit in reporting_units("counties", indicator, MAY)] == [
        name for name in FIVE if name != "盘县人民政府"
    ]
    assert [unit.name for unit in reporting_units("counties", indicator, date(2017, 4, 30))] == FIVE


def test_members_of_a_group_bring_material_and_report_no_figures(plan, admin, names):
    before = reporters_of_plan(plan, MAY), answerers_of_plan(plan, MAY), material_providers_of_plan(plan, MAY)
    group = UnitGroup.objects.get(name="创建国家卫生城市各成员单位")
    for name, first in (("市教育局", None), ("钟山区人民政府", None), ("市工商局", date(2017, 6, 1))):
        save_group_member(group=group, unit=Unit.objects.get(name=name), by=admin, valid_from=first)
    after = reporters_of_plan(plan, MAY), answerers_of_plan(plan, MAY), material_providers_of_plan(plan, MAY)
    assert after[:2] == before[:2]
    codes = dict(MaterialRequirement.objects.values_list("pk", "code"))
    assert [codes[pk] for pk in codes if after[2][pk] != before[2][pk]] == [
        "i26.m1"
    ]  # asked of `responsible`
    assert by_code(after[2], codes, names)["i26.m1"] == [*FIVE, "市教育局"]
    june = by_code(material_providers_of_plan(plan, date(2017, 6, 1)), codes, names)
    assert june["i26.m1"] == [*FIVE, "市工商局", "市教育局"]


def test_whole_plan_takes_a_constant_number_of_queries(plan, django_assert_num_queries):
    with django_assert_num_queries(5):
        reporters_of_plan(plan, MAY)
    with django_assert_num_queries(4):
        book = duty_book(plan)
    with django_assert_num_queries(2):
        reporters_of_plan(plan, MAY, book=book)
        answerers_of_plan(plan, MAY, book=book)


def test_the_statistics_bureau_is_a_provider_where_it_has_no_duty(plan):
    units = units_of_indicator(Indicator.objects.get(number=4), MAY)
    assert [unit.name for unit in units["provider"]] == ["市统计局"]
    assert [unit.name for unit in units["lead"]] == ["市环境保护局"]
    assert len(units["responsible"]) == 15


def test_a_named_unit_with_a_duty_is_no_provider(plan):
    assert "provider" not in units_of_indicator(Indicator.objects.get(number=17), MAY)


def test_indicator_21_has_two_leads(plan):
    indicator = Indicator.objects.get(number=21)
    assert [unit.name for unit in leads_of(indicator, MAY)] == ["市委组织部", "市环境保护局"]
    assert [duty.role for duty in duties_of(indicator, MAY)] == ["lead"] * 2 + ["responsible"] * 5


def test_plans_are_found_by_code(plan):
    assert current_plan() == plan_by_code("2017") == plan
    with pytest.raises(Plan.DoesNotExist):
        plan_by_code("2018")
