"""DEC: three falls over four years, and year to date against the same months of last year."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.assessment.rules import FigureInput, Inputs, Status

from .cast import figures, judged, meta, month, months, owed, quarters, rule, without, year

PART = {
    "code": "cod",
    "name": "强度",
    "kind": "DEC",
    "numerator": "i07.cod",
    "denominator": "i07.added",
    "scale": 1000,
    "unit": "kg/万元",
    "places": 3,
    "window": {"kind": "falls", "falls": 3},
}
RULE = rule(PART)
METAS = {
    "i07.cod": meta("i07.cod", frequency="quarter"),
    "i07.added": meta(
        "i07.added", frequency="quarter", entry="cumulative", over_units="only", measure="万元"
    ),
}
PAST = (2013, 2014, 2015, 2016)
COUNTY = ["盘县"]


def inputs(cod_by_year, quarter_one=None, last_quarters=None, drop=()):
    """1000 万元 a year; 2016 by quarters where `last_quarters` gives them (100 万元 in each quarter then)."""
    given = []
    for number, tonnes in zip(PAST, cod_by_year, strict=True):
        if number in drop:
            continue
        if number == 2016 and last_quarters:
            given += figures("i07.cod", quarters(2016), last_quarters, COUNTY)
            given += figures("i07.added", quarters(2016), [100, 300, 600, 1000], ["统计局"])
        else:
            given += figures("i07.cod", [year(number)], tonnes, COUNTY)
            given += figures("i07.added", [year(number)], 1000, ["统计局"])
    if quarter_one is not None:
        given += figures("i07.cod", quarters(2017, 1, 1), quarter_one, COUNTY)
        given += figures("i07.added", quarters(2017, 1, 1), 100, ["统计局"])
    asked = [*owed("i07.cod", quarters(2017), COUNTY, 15), *owed("i07.added", quarters(2017), ["统计局"], 25)]
    return Inputs(2017, METAS, given, asked)


YEARS = [
    ([40, 30, 20, 10], [Status.NOT_APPLICABLE, Status.MET, Status.MET, Status.MET], Status.MET),
    ([40, 30, 30, 10], [Status.NOT_APPLICABLE, Status.MET, Status.MISSED, Status.MET], Status.MISSED),
    ([40, 50, 30, 10], [Status.NOT_APPLICABLE, Status.MISSED, Status.MET, Status.MET], Status.MISSED),
]


@pytest.mark.parametrize(("tonnes", "steps", "status"), YEARS)
def test_each_year_is_below_the_one_before(tonnes, steps, status):
    found = judged(RULE, inputs(tonnes), "2017-03-31")
    assert [step.status for step in found.parts[0].steps] == [*steps, Status.NONE]
    assert found.status is status
    assert found.provisional is True


def test_a_step_names_the_change():
    found = judged(RULE, inputs([40, 30, 30, 10]), "2017-03-31").parts[0]
    assert [step.remark for step in found.steps[1:4]] == [
        "2014年较2013年下降 25.0%",
        "2015年较2014年持平",
        "2016年较2015年下降 66.7%",
    ]
    assert found.steps[1].threshold == "< 40.000 kg/万元（2013年）"
    assert (found.text, found.threshold, found.value) == ("30.000 → 10.000 kg/万元", "逐年下降", Decimal(10))


def test_the_year_to_date_is_compared_with_the_same_months():
    found = judged(RULE, inputs([40, 30, 20, None], "0.8", ["0.9", 3, 3, 3]), "2017-05-31")
    last = found.parts[0].steps[-1]
    assert (last.label, last.status, last.estimated) == ("2017年1—3月", Status.MET, False)
    assert (last.value, last.threshold) == (Decimal(8), "< 9.000 kg/万元（2016年1—3月）")
    assert found.headline == "9.000 → 8.000 kg/万元"


@pytest.mark.parametrize(
    ("tonnes", "status"), [("0.89", Status.MET), ("0.9", Status.MISSED), ("0.91", Status.MISSED)]
)
def test_equal_is_no_fall(tonnes, status):
    assert judged(RULE, inputs([40, 30, 20, None], tonnes, ["0.9", 3, 3, 3]), "2017-05-31").status is status


def test_last_years_whole_intensity_stands_in_where_no_quarters_were_kept():
    found = judged(RULE, inputs([40, 30, 20, 10], "0.8"), "2017-05-31")
    last = found.parts[0].steps[-1]
    assert (last.status, last.estimated, found.estimated) == (Status.MET, True, True)
    assert last.threshold == "< 10.000 kg/万元（2016年（估））"
    assert last.remark == "2017年1—3月较2016年（估）下降 20.0%"
    assert found.headline == "10.000（估） → 8.000 kg/万元"


def test_a_stand_in_is_needed_as_soon_as_one_side_has_only_the_year():
    given = inputs([40, 30, 20, None], "0.8", ["0.9", 3, 3, 3])
    kept = [one for one in given.figures if not (one.element == "i07.cod" and one.period.start.year == 2016)]
    whole = figures("i07.cod", [year(2016)], 10, COUNTY)
    found = judged(RULE, Inputs(2017, METAS, [*kept, *whole], given.expectations), "2017-05-31")
    assert found.parts[0].steps[-1].estimated is True


def test_the_base_year_missing_is_incomplete():
    found = judged(RULE, inputs([40, 30, 20, 10], drop=(2013,)), "2017-03-31")
    assert found.status is Status.PARTIAL
    assert {one.period.code for one in found.missing} == {"2013"}


def test_a_rise_misses_even_where_another_year_is_missing():
    assert judged(RULE, inputs([40, 30, 20, 30], drop=(2013,)), "2017-03-31").status is Status.MISSED


def test_this_year_overdue_from_a_county_is_incomplete():
    given = inputs([40, 30, 20, 10], "0.8")
    kept = without(given.figures, element="i07.cod", period=quarters(2017)[0])
    found = judged(RULE, Inputs(2017, METAS, kept, given.expectations), "2017-05-31")
    assert (found.status, [(one.unit, one.period.code) for one in found.missing]) == (
        Status.PARTIAL,
        [("盘县", "2017Q1")],
    )


def test_january_and_february_come_together():
    """A monthly January-to-date element owes nothing for January alone; February's figure holds both."""
    metas = {
        "i05.energy": meta("i05.energy", entry="cumulative", over_units="only"),
        "i05.added": meta("i05.added", entry="cumulative", over_units="only"),
    }
    part = {**PART, "numerator": "i05.energy", "denominator": "i05.added", "scale": 1}
    given = []
    for number, energy in zip(PAST, [5, 4, 3, 2], strict=True):
        given += figures("i05.energy", [year(number)], energy, ["经信委"]) + figures(
            "i05.added", [year(number)], 1, ["统计局"]
        )
    given += figures("i05.energy", months(2017, 2, 3), [3, 6], ["经信委"])
    given += figures("i05.added", months(2017, 2, 3), [2, 4], ["统计局"])
    asked = [
        *owed("i05.energy", months(2017), ["经信委"], 20),
        *owed("i05.added", months(2017), ["统计局"], 20),
    ]
    found = judged(rule(part), Inputs(2017, metas, given, asked), "2017-04-30")
    last = found.parts[0].steps[-1]
    assert (found.status, last.label, last.value) == (Status.MET, "2017年1—3月", Decimal("1.5"))
    assert [(point.label, point.value) for point in found.parts[0].series[1:]] == [
        ("2017年1—2月", Decimal("1.5")),
        ("2017年3月", Decimal("1.5")),
    ]


def test_a_later_january_to_date_figure_holds_the_months_before_it():
    metas = {
        "i05.energy": meta("i05.energy", entry="cumulative", over_units="only"),
        "i05.added": meta("i05.added", entry="cumulative", over_units="only"),
    }
    part = {**PART, "numerator": "i05.energy", "denominator": "i05.added", "scale": 1}
    given = [
        FigureInput("i05.energy", "经信委", month(2017, 4), Decimal(8)),
        *figures("i05.added", months(2017, 2, 4), [2, 4, 16], ["统计局"]),
    ]
    asked = [
        *owed("i05.energy", months(2017), ["经信委"], 20),
        *owed("i05.added", months(2017), ["统计局"], 20),
    ]
    last = judged(rule(part), Inputs(2017, metas, given, asked), "2017-05-31").parts[0].steps[-1]
    assert (last.label, last.value) == ("2017年1—4月", Decimal("0.5"))


def test_a_zero_denominator_names_itself():
    given = inputs([40, 30, 20, 10])
    broken = ("i07.added", year(2015))
    zero = [
        FigureInput(one.element, one.unit, one.period, Decimal(0))
        if (one.element, one.period) == broken
        else one
        for one in given.figures
    ]
    found = judged(RULE, Inputs(2017, METAS, zero, given.expectations), "2017-03-31")
    assert found.status is Status.PARTIAL
    assert found.parts[0].steps[2].reason == "分母为 0（i07.added），无法计算"
