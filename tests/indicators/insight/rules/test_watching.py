"""Figures that do not fit together: every check on a table of cases, and no figure that is missing taken as zero."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chuangmo.periods import Period, month, quarter, year
from indicators.insight.rules.checking import concerned, find_hits
from indicators.insight.rules.watching import Book, Element, Place, Rule, Value

A, B, C = Place("1"), Place("2"), Place("3")
ELEMENTS = {
    code: Element(code, name, "t", 20, **more)
    for code, name, more in (
        ("i20.stock", "期末贮存量", {"over_time": "last"}),
        ("i20.made", "产生量", {}),
        ("i20.gone", "处置量", {}),
        ("i20.city", "全市产生量", {}),
        ("i05.energy", "能源消费量", {"entry": "cumulative", "precision": 0}),
        ("i22.cases", "项目数", {"precision": 0}),
    )
}


def value(code, period, amount, place=A, explanation="") -> Value:
    return Value(code, place, period, Decimal(str(amount)), explanation=explanation)


def series(code, amounts, place=A, first=(2017, 1)) -> list[Value]:
    """Months one after another."""
    found, period = [], month(*first)
    for amount in amounts:
        if amount is not None:
            found.append(value(code, period, amount, place))
        period = period.next()
    return found


def hits(rule: Rule, values, owed=None):
    return find_hits([rule], Book(ELEMENTS, values, 2017, owed or {}))


def relation(left, op, right, scope="unit", tolerance="0") -> Rule:
    return Rule("r", "关系", "relation", left, op, right, scope, Decimal(tolerance))


# Relations --------------------------------------------------------------------------------------------

BALANCE = relation("i20.stock", "=", "previous i20.stock + i20.made - i20.gone")
JANUARY, FEBRUARY = month(2017, 1), month(2017, 2)


@pytest.mark.parametrize(
    ("stock", "found"), [(110, []), (112, ["1 2017-02"])], ids=["it balances", "two are lost"]
)
def test_opening_plus_in_minus_out_is_closing(stock, found):
    values = [
        value("i20.stock", JANUARY, 100),
        value("i20.stock", FEBRUARY, stock),
        value("i20.made", FEBRUARY, 30),
        value("i20.gone", FEBRUARY, 20),
    ]
    assert [f"{hit.unit} {hit.period.code}" for hit in hits(BALANCE, values)] == found


def test_the_words_have_both_sides_and_the_difference():
    values = [
        value("i20.stock", JANUARY, 100),
        value("i20.stock", FEBRUARY, 112),
        value("i20.made", FEBRUARY, 30),
        value("i20.gone", FEBRUARY, 20),
    ]
    (hit,) = hits(BALANCE, values)
    assert (
        hit.text == "“期末贮存量”（112）与“上期期末贮存量＋产生量－处置量”（110）应当相等，相差 2 t（1.8%）"
    )
    assert len(hit.cells) == 4


@pytest.mark.parametrize("missing", range(4))
def test_a_missing_figure_is_not_zero(missing):
    values = [
        value("i20.stock", JANUARY, 100),
        value("i20.stock", FEBRUARY, 500),
        value("i20.made", FEBRUARY, 30),
        value("i20.gone", FEBRUARY, 20),
    ]
    del values[missing]
    assert hits(BALANCE, values) == []


def test_the_tolerance_is_a_share_of_the_larger_side():
    within, beyond = (
        relation("i20.made", "=", "i20.gone", tolerance="2"),
        relation("i20.made", "=", "i20.gone", tolerance="1.99"),
    )
    values = [value("i20.made", JANUARY, 100), value("i20.gone", JANUARY, 98)]
    assert hits(within, values) == []
    assert len(hits(beyond, values)) == 1


COUNTIES = relation("i20.city", "=", "i20.made", "city")
CITY = Place("9")


def test_the_counties_sum_to_the_city():
    values = [
        value("i20.made", JANUARY, 10, A),
        value("i20.made", JANUARY, 20, B),
        value("i20.city", JANUARY, 31, CITY),
    ]
    (hit,) = hits(COUNTIES, values)
    assert (hit.unit, hit.text) == ("", "全市“全市产生量”（31）与“产生量”（30）应当相等，相差 1 t（3.2%）")


def test_a_sum_waits_for_every_county_that_owes_its_figure():
    values = [value("i20.made", JANUARY, 10, A), value("i20.city", JANUARY, 31, CITY)]
    owed = {("i20.made", "2017-01"): {A, B}}
    assert hits(COUNTIES, values, owed) == []


def test_a_unit_with_a_site_that_is_missing_is_not_summed():
    first, second = Place("1", "plant.a"), Place("1", "plant.b")
    values = [value("i20.made", JANUARY, 10, first), value("i20.gone", JANUARY, 50, Place("1"))]
    owed = {("i20.made", "2017-01"): {first, second}}
    rule = relation("i20.gone", "<=", "i20.made")
    assert len(hits(rule, values)) == 1
    assert hits(rule, values, owed) == []


def test_two_units_that_report_the_same_have_to_agree_over_the_year():
    rule = relation("i05.energy", "=", "i20.made", "year", "1")
    to_date = [value("i05.energy", month(2017, at), amount, CITY) for at, amount in ((2, 200), (3, 310))]
    (hit,) = hits(rule, [*to_date, *series("i20.made", [100, 100, 100])])
    assert hit.period == month(2017, 3)
    assert hit.text.startswith("全市本年累计“能源消费量”（310）与“产生量”（300）应当相等，相差 10 t")
    assert hits(rule, [*to_date, *series("i20.made", [100, 100, 110])]) == []


def test_a_year_is_compared_as_far_as_both_go():
    rule = relation("i20.made", "<=", "i20.gone", "year")
    values = [*series("i20.made", [10, 10, 50]), *series("i20.gone", [10, 10])]
    assert hits(rule, values) == []


def test_what_is_published_once_a_year_is_compared_for_the_year_before():
    """The counties' year is whole, the city's figure of it came since; of this year there is none yet."""
    rule = relation("i20.made", "=", "i20.city", "year", "5")
    before = [value("i20.made", month(2016, at), 10, place) for at in range(1, 13) for place in (A, B)]
    values = [*before, value("i20.city", year(2016), 200, CITY), *series("i20.made", [10, 10, 10])]
    (hit,) = hits(rule, values)
    assert (hit.unit, hit.period, hit.mark) == ("", month(2016, 12), "2016")
    assert hit.text.startswith("全市2016年累计“产生量”（240）与“全市产生量”（200）应当相等，相差 40 t")
    assert hits(rule, [*values[:-4], value("i20.city", year(2016), 240, CITY)]) == []
    # A county's month of last year is missing: nothing can be said.
    assert hits(rule, [one for one in values if one.period != month(2016, 7)]) == []


def test_an_explanation_given_with_the_figure_goes_with_the_hit():
    rule = relation("i20.made", "<=", "i20.gone")
    values = [value("i20.made", JANUARY, 9, explanation="上月结转"), value("i20.gone", JANUARY, 8)]
    assert hits(rule, values)[0].explained == "上月结转"


# Patterns ---------------------------------------------------------------------------------------------

JUMP = Rule("j", "突变", "jump")
STEADY = [100, 103, 98, 101, 99, 102, 100, 97, 104, 100, 101, 99]


@pytest.mark.parametrize(
    ("last", "found"), [(110, 0), (149, 0), (160, 1), (30, 1)], ids=["usual", "below half", "high", "low"]
)
def test_a_figure_far_from_its_own_history_is_a_jump(last, found):
    values = series("i20.made", [*STEADY, last], first=(2016, 1))
    assert len(hits(JUMP, values)) == found


def test_the_words_of_a_jump_say_what_is_usual():
    (hit,) = hits(JUMP, series("i20.made", [*STEADY, 400], first=(2016, 1)))
    assert (
        hit.text == "产生量 400.00 t，按近 12 期的常见水平应在 100.00 t 上下，高 300%，为常见波动的 60.0 倍"
    )


def test_one_outlier_in_the_history_does_not_hide_the_next():
    spoilt = [*STEADY[:6], 5000, *STEADY[7:]]
    assert len(hits(JUMP, series("i20.made", [*spoilt, 400], first=(2016, 1)))) == 1


def test_what_comes_every_winter_is_no_jump():
    year = [300, 300, 100, 100, 100, 100, 100, 100, 100, 100, 100, 300]
    assert hits(JUMP, series("i20.made", [*year, *year, *year, 310], first=(2014, 1))) == []
    assert len(hits(JUMP, series("i20.made", [*year, *year, *year, 100], first=(2014, 1)))) == 1


def test_january_and_february_together_are_no_jump():
    def year(number, last):
        return [value("i05.energy", month(number, at), 100 * at) for at in range(2, last + 1)]

    assert hits(JUMP, [*year(2015, 12), *year(2016, 12), *year(2017, 3)]) == []


@pytest.mark.parametrize("count", [5, 6])
def test_a_short_history_says_nothing(count):
    values = series("i20.made", [*STEADY[:count], 400], first=(2017, 1))
    assert len(hits(JUMP, values)) == (1 if count == 6 else 0)


def test_small_counts_jump_by_nature():
    assert hits(JUMP, series("i22.cases", [*[2] * 12, 9], first=(2016, 1))) == []


REPEAT = Rule("s", "连续相同", "repeat", run=4)


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ([12.5, 12.5, 12.5], 0),
        ([12.5] * 4, 1),
        ([12.5, 12.5, None, 12.5, 12.5], 0),
        ([0] * 6, 0),
        ([0.05] * 6, 0),
    ],
    ids=["three", "four", "a gap", "zero", "hardly anything"],
)
def test_the_same_figure_again_and_again(amounts, found):
    assert len(hits(REPEAT, series("i20.made", amounts))) == found


def test_a_stock_may_stay_as_it_is():
    assert hits(REPEAT, series("i20.stock", [12.5] * 6)) == []


def test_a_run_that_grows_is_the_same_suspicion():
    four, five = (hits(REPEAT, series("i20.made", [12.5] * count))[0] for count in (4, 5))
    assert four.key == five.key
    assert four.numbers != five.numbers
    assert five.text == "产生量从2017年1月到2017年5月连续 5 期同为 12.50 t"


def test_a_run_of_last_year_is_over():
    assert hits(REPEAT, series("i20.made", [*[12.5] * 6, 13, 14], first=(2016, 7))) == []


ROUND = Rule("o", "整数偏多", "round", run=5)


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ([1200, 1300, 1100, 1500, 1400, 1234.56], 1),
        ([1200, 1300, 1100, 1500, 1234.56], 0),
        ([1201, 1302, 1103, 1504, 1405, 1206], 0),
        ([1, 2, 3, 4, 5, 6], 0),
    ],
    ids=["five of six", "four", "not round", "too short to tell"],
)
def test_too_many_round_figures(amounts, found):
    assert len(hits(ROUND, series("i20.made", amounts))) == found


def test_rules_look_at_their_own_elements_only():
    rule = Rule("s", "连续相同", "repeat", elements=frozenset({"i20.gone"}))
    values = [*series("i20.made", [12.5] * 5), *series("i20.gone", [7.25] * 5)]
    assert [hit.element for hit in hits(rule, values)] == ["i20.gone"]


# Keys and order ---------------------------------------------------------------------------------------


def test_the_order_of_the_figures_does_not_matter():
    values = [*series("i20.made", [*STEADY, 400], first=(2016, 1)), *series("i20.made", [12.5] * 5, B)]
    rules = [JUMP, REPEAT, BALANCE]
    one, other = (find_hits(rules, Book(ELEMENTS, some, 2017)) for some in (values, values[::-1]))
    assert one == other
    assert len({hit.key for hit in one}) == len(one) > 1


def test_a_changed_figure_keeps_the_key_and_changes_the_numbers():
    before, after = (
        hits(JUMP, series("i20.made", [*STEADY, last], first=(2016, 1)))[0] for last in (400, 401)
    )
    assert before.key == after.key
    assert before.numbers != after.numbers


def test_a_change_concerns_the_relations_that_read_it_and_all_that_they_need():
    other = relation("i05.energy", "<=", "i20.city")
    rules, needed = concerned(
        [BALANCE, other, JUMP, Rule("x", "x", "repeat", elements=frozenset({"i22.cases"}))], {"i20.made"}
    )
    assert rules == [BALANCE, JUMP]
    assert needed == {"i20.made", "i20.stock", "i20.gone"}


def test_quarters_are_compared_with_quarters():
    def year(number, amounts) -> list[Value]:
        return [value("i20.made", quarter(number, at), amount) for at, amount in enumerate(amounts, 1)]

    values = [*year(2015, [300, 310, 290, 300]), *year(2016, [305, 300, 295, 310]), *year(2017, [900])]
    (hit,) = hits(JUMP, values)
    assert isinstance(hit.period, Period)
    assert hit.period.code == "2017Q1"
