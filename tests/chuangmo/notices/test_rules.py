"""Hours, pauses, groups, texts: tables of cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chuangmo.notices.rules.hours import digest_time, is_quiet, pause_after, quiet_length, send_at
from chuangmo.notices.rules.kinds import group_of
from chuangmo.notices.rules.texts import CODES, fill, text_fault
from chuangmo.notices.rules.wishes import Wishes

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2017-06-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "start", "end", "quiet"),
    [
        ("23:30", "22:00", "07:00", True),  # past midnight
        ("06:59", "22:00", "07:00", True),
        ("07:00", "22:00", "07:00", False),  # the end is free
        ("21:59", "22:00", "07:00", False),
        ("22:00", "22:00", "07:00", True),
        ("12:30", "12:00", "14:00", True),
        ("14:00", "12:00", "14:00", False),
        ("00:00", "00:00", "00:00", False),  # equal ends: none
        ("12:00", None, None, False),
    ],
)
def test_quiet_hours(at: str, start: str | None, end: str | None, quiet: bool) -> None:
    ends = [time.fromisoformat(one) if one else None for one in (start, end)]
    assert is_quiet(time.fromisoformat(at), *ends) is quiet


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("06 23:30", "07 07:00"),
        ("07 00:10", "07 07:00"),
        ("07 06:59:59", "07 07:00"),
        ("07 07:00", "07 07:00"),
        ("06 12:00", "06 12:00"),
    ],
)
def test_it_is_sent_when_the_quiet_hours_end(now: str, then: str) -> None:
    assert send_at(moment(now), time(22), time(7)) == moment(then)


def test_lengths_of_quiet_hours() -> None:
    assert quiet_length(time(22), time(7)) == timedelta(hours=9)
    assert quiet_length(time(12), time(13, 30)) == timedelta(hours=1, minutes=30)


def test_pauses_grow_to_half_an_hour() -> None:
    assert [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 6, 7, 1000)] == [1, 2, 5, 30, 30, 30]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(None, time(8, 30)), (time(10), time(10)), (time(5), time(7)), (time(23), time(18))],
)
def test_the_own_choice_stays_within_bounds(chosen: time | None, expected: time) -> None:
    assert digest_time(chosen, time(8, 30), time(7), time(18)) == expected


@pytest.mark.parametrize(
    ("kind", "due_on", "group"),
    [
        ("returned", date(2017, 6, 1), "back"),
        ("unlocked", None, "back"),
        ("waiting", date(2017, 6, 6), "to_review"),
        ("reminder", date(2017, 6, 6), "today"),
        ("chase", date(2017, 6, 5), "late"),
        ("reminder", date(2017, 6, 7), "rest"),
        ("decision", None, "rest"),
        ("kind of tomorrow", None, "rest"),
    ],
)
def test_headings_of_the_daily_mail(kind: str, due_on: date | None, group: str) -> None:
    assert group_of(kind, due_on, date(2017, 6, 6)) == group


DAY = date(2017, 6, 6)


@pytest.mark.parametrize(
    ("wishes", "mail", "robots"),
    [
        (Wishes(), True, True),
        (Wishes(mail=False), False, True),
        (Wishes(robots=False), True, False),
        (Wishes(muted_until=DAY), False, False),
        (Wishes(muted_until=date(2017, 6, 5)), True, True),
    ],
)
def test_wishes(wishes: Wishes, mail: bool, robots: bool) -> None:
    assert wishes.allows("mail", False, DAY) is mail
    assert wishes.allows("robots", False, DAY) is robots
    assert wishes.allows("mail", True, DAY)
    assert wishes.allows("robots", True, DAY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{unit}的{subject}", ""),
        ("花括号 {{}} 本身", ""),
        ("{unti}逾期", "不认识变量“{unti}”。可用的变量：{unit} 欠报单位、"),
        ("{reason}", "不认识变量“{reason}”"),  # known elsewhere, not here
        ("{unit.__class__}", "不认识变量“{unit.__class__}”"),
        ("{unit!r}", "不认识变量"),
        ("{days:>10}", "不认识变量"),
        ("{}", "不认识变量“{}”"),
        ("{unit", "花括号不成对"),
        ("unit}", "花括号不成对"),
    ],
)
def test_what_is_wrong_with_a_text(text: str, fault: str) -> None:
    found = text_fault("chase", text)
    assert found.startswith(fault)
    assert bool(found) is bool(fault)


def test_values_are_not_read_as_texts() -> None:
    assert fill("{unit}：{subject}{{}}", {"unit": "{days}", "subject": "5 月"}) == "{days}：5 月{}"


def test_every_code_says_what_its_variables_mean() -> None:
    assert all(rule.label and all(rule.variables.values()) for rule in CODES.values())
