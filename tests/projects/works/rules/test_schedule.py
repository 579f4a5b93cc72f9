"""Back-scheduling and critical path: cases computed by hand with a calendar on paper, and what must hold of any schedule."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangmo.workcalendar.queries import WorkCalendar
from projects.works.rules.schedule import (
    PlannedStage,
    StageInput,
    conflicts_in,
    schedule_backwards,
    stage_faults,
)

CALENDAR = WorkCalendar({})
AUGUST_31 = date(2017, 8, 31)  # a Thursday


def chain(*days: int) -> list[StageInput]:
    return [
        StageInput(f"s{place}", f"第{place}步", length, (f"s{place - 1}",) if place else ())
        for place, length in enumerate(days)
    ]


def spans(stages: list[StageInput], finish: date) -> dict[str, tuple[str, str, int, bool]]:
    planned = schedule_backwards(stages, finish, CALENDAR)
    return {
        one.code: (f"{one.start:%m-%d}", f"{one.finish:%m-%d}", one.slack, one.critical)
        for one in planned.stages
    }


def test_one_day_ends_on_the_finish():
    assert spans(chain(1), AUGUST_31) == {"s0": ("08-31", "08-31", 0, True)}


def test_a_chain_by_hand_over_a_weekend():
    # Thu 31 Aug back: 3 days = 29–31; 4 days before = Wed 23 (Wed 23, Thu 24, Fri 25, Mon 28).
    assert spans(chain(4, 3), AUGUST_31) == {
        "s0": ("08-23", "08-28", 0, True),
        "s1": ("08-29", "08-31", 0, True),
    }


def test_a_chain_by_hand_over_a_holiday_and_a_make_up_day():
    # Dragon boat: 28–30 May 2017 free, Saturday 27 May worked. Five days back from Fri 2 June: 27 May, 31 May, 1, 2 June
    # are four working days with Friday 26 May the fifth.
    assert spans(chain(5), date(2017, 6, 2)) == {"s0": ("05-26", "06-02", 0, True)}


def test_a_finish_on_a_free_day_is_kept_by_the_working_day_before():
    planned = schedule_backwards(chain(2), date(2017, 8, 27), CALENDAR)  # a Sunday
    assert (planned.finish, planned.stages[0].start) == (date(2017, 8, 25), date(2017, 8, 24))


def test_two_branches_by_hand():
    #      ┌ b 5 ┐
    # a 2 ─┤     ├ d 3     a-b-d = 10 days is critical; c may slip by 3.
    #      └ c 2 ┘
    stages = [
        StageInput("a", "立项", 2),
        StageInput("b", "环评", 5, ("a",)),
        StageInput("c", "可研", 2, ("a",)),
        StageInput("d", "验收", 3, ("b", "c")),
    ]
    # d 29–31 Aug; b Tue 22 – Mon 28; c Fri 25 – Mon 28; a Fri 18 – Mon 21.
    assert spans(stages, AUGUST_31) == {
        "a": ("08-18", "08-21", 0, True),
        "b": ("08-22", "08-28", 0, True),
        "c": ("08-25", "08-28", 3, False),
        "d": ("08-29", "08-31", 0, True),
    }
    assert schedule_backwards(stages, AUGUST_31, CALENDAR).critical_path == ("a", "b", "d")


def test_two_ends_both_lie_against_the_finish():
    stages = [StageInput("a", "甲", 3), StageInput("b", "乙", 1, ("a",)), StageInput("c", "丙", 2)]
    assert spans(stages, AUGUST_31) == {
        "a": ("08-28", "08-30", 0, True),
        "b": ("08-31", "08-31", 0, True),
        "c": ("08-30", "08-31", 2, False),
    }


def test_what_is_done_keeps_its_days_and_moves_nobody():
    done = (date(2017, 3, 1), date(2017, 3, 10))
    stages = [StageInput("a", "立项", 2, done=done), StageInput("b", "施工", 2, ("a",))]
    planned = schedule_backwards(stages, AUGUST_31, CALENDAR)
    assert [(one.start, one.finish, one.critical) for one in planned.stages] == [
        (*done, False),
        (date(2017, 8, 30), AUGUST_31, True),
    ]
    assert planned.critical_path == ("b",)


# Faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "faults"),
    [
        ([], {"stages": "至少要有一个阶段"}),
        ([StageInput("a", "立项", 0)], {"days:a": "工期是 0 个工作日，至少要 1 个"}),
        ([StageInput("a", "立项", -3)], {"days:a": "工期是 -3 个工作日，至少要 1 个"}),
        ([StageInput("a", "立项", None)], {"days:a": "请写工期（工作日）"}),
        ([StageInput("a", "立项", 501)], {"days:a": "工期是 501 个工作日，最多 500 个"}),
        ([StageInput("a", " ", 1)], {"name:a": "请写阶段名称"}),
        ([StageInput("a", "立项", 1, ("a",))], {"after:a": "不能以自己为前置阶段"}),
        ([StageInput("a", "立项", 1, ("z",))], {"after:a": "前置阶段不在本表里"}),
        (
            [StageInput("a", "立项", 1), StageInput("b", "立项 ", 0)],
            {"name:b": "阶段“立项”写了两次", "days:b": "工期是 0 个工作日，至少要 1 个"},
        ),
        (
            [
                StageInput("a", "立项", 1),
                StageInput("b", "招标", 1, ("d",)),
                StageInput("c", "开工", 1, ("b",)),
                StageInput("d", "完工", 1, ("c",)),
            ],
            {"after:b": "前置阶段互相等待：招标 → 开工 → 完工 → 招标"},
        ),
    ],
)
def test_every_fault_at_its_cell(stages, faults):
    assert stage_faults(stages) == faults


# Conflicts ----------------------------------------------------------------------------------------------


def words(stages: list[StageInput], today: date, finish: date = AUGUST_31) -> list[tuple[str, str]]:
    planned = schedule_backwards(stages, finish, CALENDAR)
    found = conflicts_in(
        planned, today=today, start_by=date(2017, 3, 31), finish_by=AUGUST_31, calendar=CALENDAR
    )
    return [(one.code, one.text) for one in found]


def test_a_stage_that_should_have_begun_yesterday_is_named():
    stages = chain(4, 120)  # s1 begins on Mon 13 March, s0 on Tue 7 March
    planned = schedule_backwards(stages, AUGUST_31, CALENDAR)
    begin = planned.stages[0].start
    assert words(stages, begin) == []
    assert words(stages, CALENDAR.add_working_days(begin, 1)) == [
        (
            "s0",
            f"“第0步”最迟 2017 年 {begin.month} 月 {begin.day} 日就要开始，已过 1 个工作日",
        )
    ]


def test_a_late_beginning_and_a_late_finish_are_told():
    assert words(chain(3), date(2017, 3, 1), date(2017, 9, 5)) == [
        ("", "倒排的第一步 2017 年 9 月 1 日开始，方案要求 2017 年 3 月 31 日前启动，请提前开始"),
        ("", "完成日期比方案要求的 2017 年 8 月 31 日晚 5 天"),
    ]


def test_work_that_waits_for_something_done_too_late_is_told():
    done = (date(2017, 3, 1), date(2017, 8, 30))
    stages = [StageInput("a", "环评", 2, done=done), StageInput("b", "施工", 2, ("a",))]
    assert words(stages, date(2017, 6, 1)) == [
        ("b", "“施工”的前置阶段 2017 年 8 月 30 日才完成，晚于倒排的开始日期")
    ]


UNDER_WAY = [  # 形象进度 of 30 working days until Thu 31 August begins on Fri 21 July
    (
        date(2017, 7, 3),
        50,
        date(2017, 8, 10),
        None,
    ),  # half done: 15 days left, 16 working days until 31 August
    (date(2017, 7, 3), 50, date(2017, 8, 14), "还要 15 个工作日，到 2017 年 8 月 31 日只有 14 个"),
    (date(2017, 7, 3), 99, date(2017, 8, 31), None),  # the last day is enough for what is left
    (date(2017, 7, 3), 99, date(2017, 9, 1), "还要 1 个工作日，到 2017 年 8 月 31 日只有 0 个"),
]


@pytest.mark.parametrize(("started", "percent", "today", "told"), UNDER_WAY)
def test_a_stage_under_way_is_a_conflict_only_where_its_rest_does_not_fit(started, percent, today, told):
    stages = [StageInput("works", "形象进度", 30, begun=(started, percent))]
    assert words(stages, today) == ([("works", f"“形象进度”{told}")] if told else [])


# What must hold of any schedule -----------------------------------------------------------------------------


@st.composite
def networks(draw: st.DrawFn) -> list[StageInput]:
    """Up to twelve stages, each after any of those before it, in any order."""
    count = draw(st.integers(1, 12))
    stages = []
    for place in range(count):
        after = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        stages.append(
            StageInput(
                f"s{place}",
                f"第{place}步",
                draw(st.integers(1, 30)),
                tuple(f"s{one}" for one in sorted(after)),
            )
        )
    return draw(st.permutations(stages))


days = st.dates(date(2016, 1, 1), date(2018, 12, 31))


@settings(max_examples=60)
@given(networks(), days)
def test_no_stage_before_its_predecessor_all_on_working_days_finish_kept(stages, finish):
    assert stage_faults(stages) == {}
    planned = schedule_backwards(stages, finish, CALENDAR)
    by_code = {one.code: one for one in planned.stages}
    for one in planned.stages:
        assert CALENDAR.is_working_day(one.start)
        assert CALENDAR.is_working_day(one.finish)
        assert CALENDAR.working_days_between(one.start, one.finish) == one.days - 1
        assert all(by_code[code].finish < one.start for code in one.after)
        assert one.finish <= planned.finish <= finish
        assert one.slack >= 0
    assert max(one.finish for one in planned.stages) == planned.finish
    assert all(
        not CALENDAR.is_working_day(planned.finish + timedelta(days=more + 1))
        for more in range((finish - planned.finish).days)
    )


@settings(max_examples=60)
@given(networks(), days)
def test_the_critical_path_is_the_whole_length_and_has_no_slack(stages, finish):
    planned = schedule_backwards(stages, finish, CALENDAR)
    by_code: dict[str, PlannedStage] = {one.code: one for one in planned.stages}
    path = [by_code[code] for code in planned.critical_path]
    length = CALENDAR.working_days_between(planned.start, planned.finish) + 1
    assert sum(one.days for one in path) == length
    assert all(one.critical and one.slack == 0 for one in path)
    assert all(before.code in after.after for before, after in itertools.pairwise(path))


@settings(max_examples=60)
@given(networks(), days, st.data())
def test_using_the_slack_of_one_stage_keeps_the_finish(stages, finish, data):
    """A stage may begin later by nothing and earlier by its slack: beginning so early hurts no predecessor at its earliest."""
    planned = schedule_backwards(stages, finish, CALENDAR)
    one = data.draw(st.sampled_from(planned.stages))
    longer = [
        StageInput(
            each.code, each.name, (each.days or 0) + (one.slack if each.code == one.code else 0), each.after
        )
        for each in stages
    ]
    assert schedule_backwards(longer, finish, CALENDAR).start == planned.start
    too_long = [
        StageInput(
            each.code,
            each.name,
            (each.days or 0) + (one.slack + 1 if each.code == one.code else 0),
            each.after,
        )
        for each in stages
    ]
    assert schedule_backwards(too_long, finish, CALENDAR).start < planned.start
