"""COMPLETION: done or verified against the task, and against the time gone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.assessment.rules import FigureInput, Inputs, Status

from .cast import COUNTIES, YEAR, day, figures, judged, meta, owed, quarter, quarters, rule, without, year

PART = {
    "code": "so2",
    "name": "二氧化硫",
    "kind": "COMPLETION",
    "done": "i01.cut",
    "verified": "i01.verified",
    "task": "i01.task",
    "window": YEAR,
}
RULE = rule(PART)
METAS = {
    "i01.cut": meta("i01.cut", name="减排量", frequency="quarter", precision=1),
    "i01.task": meta(
        "i01.task", name="任务", frequency="year", over_time="last", over_units="only", precision=1
    ),
    "i01.verified": meta(
        "i01.verified",
        name="核定量",
        frequency="year",
        over_time="last",
        over_units="only",
        precision=1,
        due="publication",
    ),
}


def inputs(cuts, task=1000, verified=None):
    """Each county cut as much in each quarter; the bureau gives the task and the verified figure."""
    given = figures("i01.cut", quarters(2017, 1, len(cuts)), cuts)
    given += figures("i01.task", [year(2017)], task, ["环保局"]) if task is not None else []
    given += figures("i01.verified", [year(2017)], verified, ["环保局"]) if verified is not None else []
    asked = [
        *owed("i01.cut", quarters(2017), days=15),
        *owed("i01.task", [year(2017)], ["环保局"], due_on=day("2017-03-31")),
        *owed("i01.verified", [year(2017)], ["环保局"], days=None),
    ]
    return Inputs(2017, METAS, given, asked)


RUNNING = [
    # cut per county in each quarter, as of, status, remark, threshold
    ([60], "2017-05-31", Status.MET, "领先时序 5.00 个百分点，全年还需 700.0 t", "≥ 100%（时序 25.0%）"),
    ([50], "2017-05-31", Status.MET, "与时序持平，全年还需 750.0 t", "≥ 100%（时序 25.0%）"),
    ([49], "2017-05-31", Status.MISSED, "落后时序 0.50 个百分点，全年还需 755.0 t", "≥ 100%（时序 25.0%）"),
    ([50, 50], "2017-07-31", Status.MET, "与时序持平，全年还需 500.0 t", "≥ 100%（时序 50.0%）"),
    ([50, 50, 50, 49], "2018-01-31", Status.MISSED, "还差 0.50 个百分点，全年还需 5.0 t", "≥ 100%"),
    ([50, 50, 50, 50], "2018-01-31", Status.MET, "恰在限值，全年任务已完成", "≥ 100%"),
]


@pytest.mark.parametrize(("cuts", "as_of", "status", "remark", "threshold"), RUNNING)
def test_before_the_year_is_over_the_time_gone_is_the_measure(cuts, as_of, status, remark, threshold):
    found = judged(RULE, inputs(cuts), as_of)
    assert (found.status, found.remark, found.threshold) == (status, remark, threshold)
    assert found.provisional is (as_of < "2017-12-31")


def test_the_verified_figure_takes_the_place_of_the_counties_sum_and_is_final():
    found = judged(RULE, inputs([60, 60, 60, 60], verified=990), "2018-01-31")
    assert (found.status, found.value, found.provisional) == (Status.MISSED, Decimal(99), False)
    assert found.parts[0].formula == "2017年：核定量 990.0 t ÷ 任务 1\u2009000.0 t × 100 = 99.00%"


@pytest.mark.parametrize(
    ("task", "as_of", "part", "status"),
    [
        (0, "2017-05-31", Status.NOT_APPLICABLE, Status.NONE),
        (None, "2017-02-28", Status.NONE, Status.NONE),
        (None, "2017-05-31", Status.PARTIAL, Status.PARTIAL),
    ],
)
def test_without_a_task(task, as_of, part, status):
    found = judged(RULE, inputs([50], task=task), as_of)
    assert (found.parts[0].status, found.status) == (part, status)


def test_a_task_of_zero_leaves_the_other_tasks_to_decide():
    other = {**PART, "code": "nox", "task": "i01.nox_task"}
    given = inputs([60])
    metas = {
        **METAS,
        "i01.nox_task": meta("i01.nox_task", frequency="year", over_time="last", over_units="only"),
    }
    figures_ = [*given.figures, *figures("i01.nox_task", [year(2017)], 0, ["环保局"])]
    found = judged(rule(PART, other), Inputs(2017, metas, figures_, given.expectations), "2017-05-31")
    assert (found.status, found.headline) == (Status.MET, "1/1 项")


def test_a_county_overdue_leaves_the_share_open():
    given = inputs([60])
    kept = without(given.figures, unit="盘县", element="i01.cut")
    found = judged(RULE, Inputs(2017, METAS, kept, given.expectations), "2017-05-31")
    assert (found.status, found.value, found.partial) == (Status.PARTIAL, None, True)
    assert [(one.unit, one.period) for one in found.missing] == [("盘县", quarter(2017, 1))]


def test_the_share_grows_through_the_year():
    part = judged(RULE, inputs([50, 60]), "2017-07-31").parts[0]
    assert [(point.label, point.value) for point in part.series] == [
        ("2017年1—3月", Decimal(25)),
        ("2017年1—6月", Decimal(55)),
    ]
    assert part.year_to_date.value == Decimal(55)


def test_years_before_by_the_same_rule():
    past = [
        FigureInput("i01.verified", "环保局", year(2015), Decimal(110)),
        FigureInput("i01.task", "环保局", year(2015), Decimal(100)),
        FigureInput("i01.task", "环保局", year(2016), Decimal(100)),
        *figures("i01.cut", quarters(2016), 5, COUNTIES),
    ]
    given = inputs([60])
    part = judged(RULE, Inputs(2017, METAS, [*given.figures, *past], given.expectations), "2017-05-31").parts[
        0
    ]
    assert [point.value for point in part.years] == [None, Decimal(110), Decimal(100)]
