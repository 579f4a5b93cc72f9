"""Units found by any name in any usual spelling, over the plan's own units."""

from datetime import date

import pytest

from chuangmo.org.models import Unit, UnitName
from chuangmo.org.queries import (
    AmbiguousUnit,
    UnitResolver,
    UnknownUnit,
    find_unit,
    find_units,
    name_on,
    names_on,
)
from tests.factories import load_whole_plan

pytestmark = pytest.mark.core

GAS = "贵州燃气（集团）六盘水燃气有限公司"
FOUR = ["六枝特区人民政府", "盘县人民政府", "水城县人民政府", "钟山区人民政府"]


@pytest.fixture(autouse=True)
def units(db) -> None:
    load_whole_plan()


@pytest.fixture
def resolver(units) -> UnitResolver:
    return UnitResolver()


def test_every_name_of_every_unit_finds_it(resolver):
    for unit in Unit.objects.all():
        assert resolver.find(unit.name) == unit
        assert resolver.find(unit.short_name) == unit
    for other in UnitName.objects.select_related("unit"):
        assert resolver.find(other.name) == other.unit


def test_usual_spellings(resolver):
    table = {
        "六盘水市环境保护局": "市环境保护局",
        "环境保护局": "市环境保护局",
        "市环保局": "市环境保护局",
        " 市 公安局 ": "市公安局",
        "市住建局": "市住房城乡建设局",
        "六盘水市住建局": "市住房城乡建设局",
        "市卫计委": "市卫生计生委",
        "林业局": "市林业局",
        "市水投公司": "市水利开发投资有限公司",
        "贵州燃气(集团)六盘水燃气有限公司": GAS,
        "市燃气公司": GAS,
        "盘州市人民政府": "盘县人民政府",
        "盘州市": "盘县人民政府",
        "盘县": "盘县人民政府",
        "钟山区政府": "钟山区人民政府",
        "钟山经济开发区": "钟山经济开发区管委会",
        "开发区管委会": "钟山经济开发区管委会",
        "中共六盘水市委组织部": "市委组织部",
        "市环境保护局。": "市环境保护局",
    }
    assert {text: resolver.find(text).name for text in table} == table


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("市环境保护厅", "没有名为“市环境保护厅”的单位，是不是“市环境保护局”"),
        ("天文台", "没有名为“天文台”的单位，请在单位名录中查对"),
        ("  ", "请填写单位名称"),
        ("钟山区公安局", "没有名为“钟山区公安局”的单位"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_ones(text, words):
    with pytest.raises(UnknownUnit, match=words):
        find_unit(text)


def test_an_alias_of_two_units_is_ambiguous_and_lists_both():
    for name in ("市水务局", "市水利开发投资有限公司"):
        UnitName.objects.create(unit=Unit.objects.get(name=name), name="市水利局")
    with pytest.raises(AmbiguousUnit, match="“市水利局”可能是“市水务局”、“市水利开发投资有限公司”，请写全称"):
        find_unit("市水利局")


def test_a_day_decides_between_two_that_bore_the_name_one_after_the_other():
    early, late = Unit.objects.get(name="市水务局"), Unit.objects.get(name="市能源局")
    UnitName.objects.create(unit=early, name="市水电局", valid_to=date(2016, 12, 31))
    UnitName.objects.create(unit=late, name="市水电局", valid_from=date(2017, 1, 1))
    assert find_unit("市水电局", at=date(2016, 5, 1)) == early
    assert find_unit("市水电局", at=date(2017, 5, 1)) == late
    with pytest.raises(AmbiguousUnit):
        find_unit("市水电局")


def test_a_name_from_another_time_is_still_understood():
    assert find_unit("盘州市人民政府", at=date(2017, 1, 1)).name == "盘县人民政府"
    assert find_unit("盘县人民政府", at=date(2018, 1, 1)).name == "盘县人民政府"


def test_a_collective_name_is_no_unit_but_stands_for_several():
    with pytest.raises(AmbiguousUnit, match="是统称，指“六枝特区人民政府”、"):
        find_unit("各县（特区、区）人民政府")
    assert [unit.name for unit in find_units("各县(特区、区)人民政府")] == FOUR
    assert [unit.name for unit in find_units("各县、特区、区政府")] == FOUR
    assert [unit.name for unit in find_units("各县区政府")] == FOUR


def test_a_list_is_taken_apart_and_nobody_comes_twice():
    found = find_units("各县（特区、区）人民政府、钟山经济开发区管委会，市住建局、钟山区、市住房城乡建设局")
    assert [unit.name for unit in found] == [*FOUR, "钟山经济开发区管委会", "市住房城乡建设局"]


def test_all_unknown_names_of_a_list_are_told_at_once():
    with pytest.raises(UnknownUnit) as caught:
        find_units("市公安局、天文台、市编办、气象站")
    assert "天文台" in str(caught.value) and "气象站" in str(caught.value)


def test_many_names_cost_no_more_queries_than_one(django_assert_num_queries):
    with django_assert_num_queries(5):
        resolver = UnitResolver()
        for unit in ("市公安局", "市编办", "六枝特区", "市住建局", "各县区政府"):
            resolver.find_all(unit)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2017, 6, 30), "盘县人民政府"),
        (date(2017, 7, 1), "盘州市人民政府"),
        (None, "盘县人民政府"),  # today is 2017-06-06
    ],
)
def test_a_unit_bears_the_name_of_its_month(day, name):
    assert name_on(find_unit("盘县"), day) == name


def test_names_of_many_units_cost_one_query(django_assert_num_queries):
    units = list(Unit.objects.all())
    with django_assert_num_queries(1):
        names = names_on(units, date(2017, 12, 1))
    changed = {unit.name: names[unit.pk] for unit in units if names[unit.pk] != unit.name}
    assert changed == {"盘县人民政府": "盘州市人民政府"}
