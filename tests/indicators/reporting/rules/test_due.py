"""Due dates: the grammar of elements.csv, working days, locks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangmo.periods import Kind, Period, month, of_kind_containing, quarter, survey, term, year
from chuangmo.workcalendar.rules import add_working_days, is_working_day, next_working_day
from indicators.reporting.rules.due import (
    DueKind,
    DueRule,
    describe_due,
    due_on,
    locks_on,
    parse_due,
    validate_due,
)

SURVEY = survey(date(2017, 9, 1), date(2017, 9, 20))


@pytest.mark.parametrize(
    ("rule", "period", "expected"),
    [
        ("end+5", month(2017, 5), date(2017, 6, 5)),
        ("end+5", month(2017, 4), date(2017, 5, 5)),
        ("end+5", month(2017, 7), date(2017, 8, 7)),  # the 5th is a Saturday
        ("end+10", month(2017, 5), date(2017, 6, 12)),  # the 10th is a Saturday
        ("end+20", month(2017, 5), date(2017, 6, 20)),
        ("end+15", quarter(2017, 1), date(2017, 4, 17)),  # the 15th is a Saturday
        ("end+25", quarter(2017, 2), date(2017, 7, 25)),
        ("end+5", month(2017, 9), date(2017, 10, 9)),  # National Day week
        ("end+0", month(2017, 5), date(2017, 5, 31)),
        ("end+10", SURVEY, date(2017, 9, 30)),  # Saturday, make-up day
        ("08-31", year(2017), date(2017, 8, 31)),
        ("08-31", year(2016), date(2016, 8, 31)),
        ("start 03-31", year(2017), date(2017, 3, 31)),
        ("01-31 07-15", term(2016, 1), date(2017, 2, 3)),  # Spring Festival week
        ("01-31 07-15", term(2016, 2), date(2017, 7, 17)),  # Saturday
        ("01-31 07-15", term(2015, 2), date(2016, 7, 15)),
        ("publication", year(2016), None),
        ("event", SURVEY, None),
    ],
)
def test_due_days_of_the_plan(rule: str, period: Period, expected: date | None) -> None:
    assert due_on(rule, period, next_working_day) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("end+5", DueRule(DueKind.AFTER_END, days=5)),
        (" end+15 ", DueRule(DueKind.AFTER_END, days=15)),
        ("08-31", DueRule(DueKind.YEARLY, month_days=((8, 31),))),
        ("01-31 07-15", DueRule(DueKind.TERMLY, month_days=((1, 31), (7, 15)))),
        ("start 03-31", DueRule(DueKind.AT_START, month_days=((3, 31),))),
        ("publication", DueRule(DueKind.PUBLICATION)),
        ("event", DueRule(DueKind.EVENT)),
    ],
)
def test_grammar(rule: str, expected: DueRule) -> None:
    assert parse_due(rule) == expected


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("", "不是有效的报送期限"),
        ("end", "不是有效的报送期限"),
        ("end-5", "不是有效的报送期限"),
        ("end+5天", "不是有效的报送期限"),
        ("end+５", "不是有效的报送期限"),
        ("8-31", "不是有效的报送期限"),
        ("01-31 07-15 09-01", "不是有效的报送期限"),
        ("start", "不是有效的报送期限"),
        ("after_end", "不是有效的报送期限"),
        ("Publication", "不是有效的报送期限"),
        ("end+367", "不能超过366"),
        ("13-01", "不是每年都有13-01这一天"),
        ("02-29", "不是每年都有02-29这一天"),
        ("start 06-31", "不是每年都有06-31这一天"),
        ("01-31 02-30", "不是每年都有02-30这一天"),
    ],
)
def test_other_rules_are_refused(rule: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate_due(rule)


@pytest.mark.parametrize(
    ("rule", "period", "name"),
    [
        ("08-31", month(2017, 5), "月"),
        ("08-31", term(2016, 1), "学期"),
        ("start 03-31", quarter(2017, 1), "季度"),
        ("01-31 07-15", year(2017), "年"),
        ("08-31", SURVEY, "调查期"),
    ],
)
def test_a_rule_must_fit_the_frequency(rule: str, period: Period, name: str) -> None:
    with pytest.raises(ValueError, match=f"不能用于按{name}填报"):
        due_on(rule, period, next_working_day)
    with pytest.raises(ValueError, match=f"不能用于按{name}填报"):
        validate_due(rule, period.kind.value)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("end+10", "期末后 10 天内"),
        ("end+0", "期末当天"),
        ("08-31", "当年 8 月 31 日前"),
        ("01-31 07-15", "第一学期 1 月 31 日前，第二学期 7 月 15 日前"),
        ("start 03-31", "年初确定，当年 3 月 31 日前"),
        ("publication", "公布后报送"),
        ("event", "发生后报送"),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    assert describe_due(rule) == words


def test_lock_is_five_working_days_after_due() -> None:
    assert locks_on(date(2017, 6, 5), add_working_days) == date(2017, 6, 12)
    assert locks_on(date(2017, 5, 25), add_working_days) == date(2017, 6, 2)  # Dragon Boat festival between
    assert locks_on(date(2017, 6, 5), add_working_days, working_days=1) == date(2017, 6, 6)


@given(
    st.integers(0, 366),
    st.sampled_from([Kind.MONTH, Kind.QUARTER, Kind.YEAR, Kind.TERM]),
    st.dates(date(2010, 1, 1), date(2024, 12, 31)),
)
def test_due_day_is_the_first_working_day_from_the_calendar_day(days: int, kind: Kind, day: date) -> None:
    period = of_kind_containing(kind, day)
    due = due_on(f"end+{days}", period, next_working_day)
    assert due is not None
    assert is_working_day(due)
    asked = period.end + timedelta(days=days)
    assert not any(is_working_day(asked + timedelta(days=i)) for i in range((due - asked).days))
    assert locks_on(due, add_working_days) > due


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(rule: str) -> None:
    try:
        parsed = parse_due(rule)
    except ValueError as problem:
        assert str(problem).startswith("“")
    else:
        assert describe_due(rule)
        assert parsed.fixed or due_on(rule, month(2017, 5), next_working_day) is None
