"""What a month's progress may say, and when a picture fits: tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chuangmo.files.rules import date_of_exif
from projects.works.rules.pictures import picture_fault
from projects.works.rules.progress import MoneyLine, Said, StageLine, overall_percent, progress_faults

MAY_31 = date(2017, 5, 31)
A = StageLine("a", "立项", 5, (), 100, date(2017, 3, 1), date(2017, 3, 10), before=100)
B = StageLine("b", "施工", 30, ("a",), 40, date(2017, 4, 5), before=30)
TEXTS = {"work": "管网完成 3 km", "next_plan": "再做 2 km"}
CITY = MoneyLine("city", "市", Decimal(100), Decimal(60))


def faults(*stages: StageLine, **more) -> dict[str, str]:
    return progress_faults(Said(MAY_31, stages, **{"texts": TEXTS, **more}))


def test_a_good_month_has_no_faults():
    assert faults(A, B, money=[CITY]) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"percent": None}, {"percent:b": "请填完成比例，没有开始的填 0"}),
        ({"percent": 101}, {"percent:b": "完成比例在 0 到 100 之间"}),
        ({"percent": -1}, {"percent:b": "完成比例在 0 到 100 之间"}),
        ({"percent": 29}, {"reason:b": "比上次审定的 30% 低，请写明原因"}),
        ({"percent": 29, "reason": "返工"}, {}),
        ({"percent": 30}, {}),
        ({"percent": 5, "before": None, "started_on": None}, {"started:b": "已经有进度，请填实际开始日期"}),
        ({"percent": 0, "before": None, "started_on": None}, {}),
        ({"percent": 100}, {"finished:b": "已经 100%，请填实际完成日期"}),
        ({"percent": 100, "finished_on": date(2017, 5, 31)}, {}),
        ({"finished_on": date(2017, 5, 31)}, {"finished:b": "只完成 40%，不能有完成日期"}),
        ({"percent": 100, "finished_on": date(2017, 4, 4)}, {"finished:b": "完成日期早于开始日期"}),
        (
            {"percent": 100, "finished_on": date(2017, 6, 1)},
            {"finished:b": "日期在本月之后（本月到 2017-05-31 为止）"},
        ),
        ({"started_on": date(2017, 6, 1)}, {"started:b": "日期在本月之后（本月到 2017-05-31 为止）"}),
    ],
)
def test_a_stage_s_line(change, expected):
    assert faults(A, replace(B, **change)) == expected


def test_no_stage_is_complete_while_one_before_it_is_open_even_indirectly():
    open_a = replace(A, percent=90, finished_on=None, before=80)
    b = replace(B, percent=99)
    c = StageLine("c", "验收", 5, ("b",), 100, date(2017, 5, 2), date(2017, 5, 9))
    assert faults(open_a, b, c) == {"percent:c": "“立项、施工”还没有完成，不能是 100%"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (MoneyLine("city", "市"), {}),
        (MoneyLine("city", "市", Decimal(100)), {"paid:city": "到位和支付要一起填，没有的填 0"}),
        (MoneyLine("city", "市", Decimal(100), Decimal(100)), {}),
        (
            MoneyLine("city", "市", Decimal("100.5"), Decimal("100.51")),
            {"paid:city": "累计支付 100.51 大于累计到位 100.5 万元"},
        ),
        (
            MoneyLine("city", "市", Decimal(-1), Decimal(-2)),
            {"arrived:city": "金额不能是负数", "paid:city": "金额不能是负数"},
        ),
        (
            replace(CITY, before=(Decimal(120), Decimal(60))),
            {"arrived:city": "累计数比上次审定的 120 万元少；更正请先解锁上次的进度"},
        ),
        (
            MoneyLine("city", "市", before=(Decimal(1), Decimal(1))),
            {"arrived:city": "上次填过这个来源，请填累计数"},
        ),
    ],
)
def test_a_source_s_line(line, expected):
    assert faults(A, B, money=[line]) == expected


def test_payments_above_arrivals_pass_where_the_rule_only_flags_them():
    line = MoneyLine("city", "市", Decimal(1), Decimal(2))
    assert faults(A, B, money=[line], refuse_overpaid=False) == {}


@pytest.mark.parametrize(
    ("texts", "coordinator", "expected"),
    [
        ({}, False, {"work": "请写本月进展", "next_plan": "请写下月计划"}),
        (TEXTS | {"coordination": "征地"}, False, {"coordinator": "请选需要哪个单位协调"}),
        (TEXTS, True, {"coordination": "请写需要协调什么"}),
    ],
)
def test_words(texts, coordinator, expected):
    assert faults(A, B, texts=texts, has_coordinator=coordinator) == expected


def test_the_whole_is_weighed_by_working_days_and_never_guessed():
    assert overall_percent([(5, 100), (30, 40)]) == Decimal(1700) / 35
    assert overall_percent([(5, 100), (30, None)]) is None
    assert overall_percent([]) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017:05:12 09:30:00", date(2017, 5, 12)),
        ("0000:00:00 00:00:00", None),
        ("2017-05-12", None),
        (None, None),
        ("", None),
        (20170512, None),
    ],
)
def test_exif_days(text, day):
    assert date_of_exif(text) == day


@pytest.mark.parametrize(
    ("exif", "stated", "expected"),
    [
        (date(2017, 5, 1), None, ("", "")),
        (date(2017, 5, 31), date(2016, 1, 1), ("", "")),
        (date(2017, 4, 30), date(2017, 5, 3), ("file", "照片拍摄于 2017-04-30，不在 2017 年 5 月")),
        (None, None, ("taken_on", "照片里没有拍摄信息，请填拍摄日期")),
        (None, date(2017, 6, 1), ("taken_on", "拍摄日期 2017-06-01 不在 2017 年 5 月")),
        (None, date(2017, 5, 3), ("", "")),
    ],
)
def test_a_picture_fits_its_month(exif, stated, expected):
    assert picture_fault(exif, stated, date(2017, 5, 1), MAY_31) == expected
