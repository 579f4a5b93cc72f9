"""`assess_air`: published years, hours to a year, several stations, and every bad file named."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data"
DAILY = "date,pm25,pm10,so2,no2,co,o3_8h"
HOURLY = "station,time,pm25,pm10,so2,no2,co,o3"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(*lines: str, name: str = "site.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return _write


def assess(*paths: Path, year: int = 2015, **options: Any) -> tuple[dict[str, Any], str]:
    """The JSON answer, and what was said beside it."""
    out, err = StringIO(), StringIO()
    call_command("assess_air", *map(str, paths), year=year, json=True, stdout=out, stderr=err, **options)
    return json.loads(out.getvalue()), err.getvalue()


def refused(*paths: Path, year: int = 2015, **options: Any) -> str:
    with pytest.raises(CommandError) as error:
        assess(*paths, year=year, **options)
    return str(error.value)


def days_of(year: int, figures: str = "20,40,10,20,0.5,80") -> list[str]:
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    return [f"{first + timedelta(days=number)},{figures}" for number in range((end - first).days)]


def hours_of(
    day: str = "2015-06-01", count: int = 24, figures: str = "20,40,10,20,0.5,80", station: str = "甲"
) -> list[str]:
    first = datetime.fromisoformat(day)
    return [f"{station},{first + timedelta(hours=hour):%Y-%m-%d %H:%M},{figures}" for hour in range(count)]


# Years ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "days", "good"), [(2015, 365, 119), (2016, 366, 137)])
def test_a_published_year(year: int, days: int, good: int):
    answer, said = assess(DATA / "dezhou_2015_2016.csv.gz", year=year)
    assert (answer["year"], answer["days"], answer["valid_days"], answer["good_days"]) == (
        year,
        days,
        days,
        good,
    )
    assert answer["good_rate"] == pytest.approx(good / days)
    assert set(answer["valid"].values()) == {True}
    assert answer["met"] is False
    assert said == ""


def test_what_the_answer_holds():
    answer, _ = assess(DATA / "dezhou_2015_2016.csv.gz")
    assert list(answer["annual"]) == ["so2", "no2", "pm10", "pm25", "co_p95", "o3_8h_p90"]
    assert answer["annual"]["so2"] == {
        "value": pytest.approx(43.408219),
        "reported": 43,
        "limit": 60,
        "met": True,
    }
    assert answer["annual"]["co_p95"] == {
        "value": pytest.approx(3.3),
        "reported": 3.3,
        "limit": 4,
        "met": True,
    }
    assert answer["annual"]["o3_8h_p90"]["reported"] == 196
    assert answer["coverage"]["pm25"] == {"days": 365, "short_months": []}


def test_hours_with_gaps_give_figures_and_no_verdict():
    """April and December 2014 only: no valid year, the figures all the same."""
    answer, _ = assess(DATA / "beijing_2014_04_12.csv.gz", year=2014)
    assert answer["stations"] == ["Aotizhongxin"]
    assert answer["met"] is None
    assert set(answer["valid"].values()) == {False}
    assert answer["annual"]["pm25"]["value"] is not None
    assert answer["annual"]["pm25"]["met"] is None
    assert 0 < answer["valid_days"] < 61 and answer["days"] == 365


def test_a_clean_year_meets_and_a_limit_itself_is_kept(write: Write):
    answer, _ = assess(write(DAILY, *days_of(2016, "35,70,60,40,4.0,160")), year=2016)
    assert (answer["met"], answer["good_days"], answer["good_rate"]) == (True, 366, 1)
    assert [one["reported"] for one in answer["annual"].values()] == [60, 40, 70, 35, 4.0, 160]


def test_a_day_of_hours_is_rounded_before_it_is_judged(write: Write):
    """75.5 µg/m³ of PM2.5 is 76, and bad."""
    answer, _ = assess(write(HOURLY, *hours_of(figures="75.5,40,10,20,0.5,80")))
    assert (answer["valid_days"], answer["good_days"], answer["annual"]["pm25"]["value"]) == (1, 0, 76)


@pytest.mark.parametrize(("hours", "valid"), [(24, 1), (20, 1), (19, 0)])
def test_a_day_needs_twenty_hours(write: Write, hours: int, valid: int):
    assert assess(write(HOURLY, *hours_of(count=hours)))[0]["valid_days"] == valid


@pytest.mark.parametrize(("without", "valid"), [(5, 1), (6, 0)])
def test_ozone_needs_its_windows(write: Write, without: int, valid: int):
    """The early hours lack ozone only: with 05:00 on there are 14 windows of six values."""
    hours = hours_of()
    rows = [row.replace("0.5,80", "0.5,") for row in hours[:without]] + hours[without:]
    answer, _ = assess(write(HOURLY, *rows))
    assert (answer["valid_days"], answer["coverage"]["o3_8h_p90"]["days"]) == (valid, valid)


# Several stations -------------------------------------------------------------------------------------


def test_several_files_are_several_stations(write: Write):
    one = write(DAILY, "2015-06-01,70,40,10,20,0.5,80", name="a.csv")
    other = write(DAILY, "2015-06-01,81,40,10,20,0.6,81", name="b.csv")
    answer, _ = assess(one, other)
    assert answer["stations"] == ["a", "b"]
    assert answer["annual"]["pm25"]["value"] == 76  # 75.5
    assert answer["good_days"] == 0
    assert answer["annual"]["co_p95"]["value"] == 0.6  # 0.55, half to even
    assert answer["annual"]["o3_8h_p90"]["value"] == 80  # 80.5, half to even


@pytest.mark.parametrize(("missing", "valid"), [(1, 1), (2, 0)])
def test_three_quarters_of_the_stations(write: Write, missing: int, valid: int):
    whole, without = "2015-06-01,20,40,10,20,0.5,80", "2015-06-01,,40,10,20,0.5,80"
    rows = [without if at < missing else whole for at in range(4)]
    paths = [write(DAILY, whole.replace("-01", "-02"), row, name=f"{at}.csv") for at, row in enumerate(rows)]
    assert assess(*paths)[0]["valid_days"] == 1 + valid


def test_stations_stand_in_one_file_too_and_background_is_left_out(write: Write):
    path = write(HOURLY, *hours_of(), *hours_of(station="对照", figures="200,40,10,20,0.5,80"))
    assert assess(path)[0]["annual"]["pm25"]["value"] == 110
    answer, _ = assess(path, background=["对照"])
    assert (answer["stations"], answer["annual"]["pm25"]["value"]) == (["甲"], 20)
    assert "没有站点“乙”，有：甲、对照" in refused(path, background=["乙"])
    assert "除清洁对照点外没有站点" in refused(path, background=["甲", "对照"])


def test_one_station_in_two_files_is_one(write: Write):
    first = write(HOURLY, *hours_of(count=10), name="a.csv")
    second = write(HOURLY, *hours_of("2015-06-01 10:00", count=14), name="b.csv")
    answer, _ = assess(first, second)
    assert (answer["stations"], answer["valid_days"]) == (["甲"], 1)


def test_hourly_and_daily_stations_together(write: Write):
    answer, _ = assess(
        write(HOURLY, *hours_of(), name="a.csv"), write(DAILY, "2015-06-01,30,40,10,20,0.5,80", name="b.csv")
    )
    assert answer["annual"]["pm25"]["value"] == 25


def test_a_station_without_the_year_does_not_count(write: Write):
    one = write(DAILY, "2015-06-01,70,40,10,20,0.5,80", name="a.csv")
    other = write(DAILY, "2016-06-01,70,40,10,20,0.5,80", name="b.csv")
    assert assess(one, other)[0]["stations"] == ["a"]


# Odd but sound files ----------------------------------------------------------------------------------


def test_gbk_with_chinese_names_units_and_unknown_columns(write: Write):
    path = write(
        "日期,AQI,质量等级,PM2.5(μg/m3),PM10,二氧化硫,NO2,CO(mg/m3),O3_8h,值班人",
        "2015/6/1,60,良,20,40,10,20,0.5,80,张三",
        encoding="gbk",
    )
    answer, said = assess(path)
    assert answer["good_days"] == 1
    assert "“值班人”列：不认识这一列" in said


def test_bom_gzip_and_excel_slashes(tmp_path: Path):
    path = tmp_path / "a.csv"  # the content decides, not the name
    rows = [row.replace("2015-06-01", "2015/6/1") for row in hours_of()]
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + "\r\n".join([HOURLY, *rows]).encode()))
    assert assess(path)[0]["valid_days"] == 1


def test_missing_is_written_in_many_ways(write: Write):
    path = write(DAILY, "2015-06-01,NA,—, ,缺测,null,80", "2015-06-02,20,40,10,20,0.5,80")
    answer, _ = assess(path)
    assert answer["coverage"]["pm25"]["days"] == 1
    assert answer["coverage"]["o3_8h_p90"]["days"] == 2


def test_zero_is_a_figure(write: Write):
    assert assess(write(DAILY, "2015-06-01,20,40,0,20,0,80"))[0]["valid_days"] == 1


def test_the_same_row_twice_is_taken_once(write: Write):
    assert assess(write(HOURLY, *hours_of(), *hours_of()[:3]))[0]["valid_days"] == 1


def test_twenty_four_hundred_is_midnight_or_the_end_of_the_hour(write: Write):
    """Labels 01:00 to 24:00: as beginnings the day has 23 hours and ozone from 01:00; --hour-end gives it all 24."""
    labels = [f"甲,2015-06-01 {hour:02}:00,20,40,10,20,0.5,{hour}" for hour in range(1, 25)]
    answer, said = assess(write(HOURLY, *labels))
    assert "--hour-end" in said
    assert answer["annual"]["o3_8h_p90"]["value"] == 20  # 16:00 to 23:00: 19.5 → 20
    answer, said = assess(write(HOURLY, *labels), hour_end=True)
    assert said == ""
    assert answer["annual"]["o3_8h_p90"]["value"] == 20  # labels 17 to 24: 20.5 → 20
    assert answer["coverage"]["pm25"]["days"] == 1


@pytest.mark.parametrize("clock", ["{hour}", "{hour:02}:00", "{hour}:00:00"])
def test_date_and_hour_in_two_columns(write: Write, clock: str):
    rows = [f"甲,2015/6/1,{clock.format(hour=hour)},20,40,10,20,0.5,80" for hour in range(24)]
    answer, _ = assess(write(HOURLY.replace("time", "date,hour"), *rows))
    assert (answer["valid_days"], answer["good_days"]) == (1, 1)


def test_other_pollutants_and_codes_are_no_slips(write: Write):
    answer, said = assess(
        write(DAILY + ",PM1,CO2,station_id,站点编码", "2015-06-01,20,40,10,20,0.5,80,1,2,3,4")
    )
    assert (answer["good_days"], said) == (1, "")


# Bad files --------------------------------------------------------------------------------------------

HOUR = hours_of()[0]
DAY = "2015-06-01,20,40,10,20,0.5,80"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([DAILY, DAY, "2015-06-02,20,40,10,20,500,80"], "site.csv：第 3 行“co”列：“500”太大，疑为 µg/m³；CO 应为 mg/m³"),
        ([DAILY, "2015-06-01,0.02,0.04,0.01,0.02,0.5,0.08"], "第 2 行：这一行的数都小于 1，疑为 mg/m³"),
        ([DAILY, *[f"2015-06-0{day},20,40,0.01,20,0.5,80" for day in range(1, 6)]], "第 2 行“so2”列：2015 年 6 月的数都小于 1"),
        ([DAILY, "2015-06-01,-1,40,10,20,0.5,80"], "第 2 行“pm25”列：“-1”是负数（缺测请留空）"),
        ([DAILY, "2015-06-01,20,40,10,20,0.5,9999"], "超出可能的范围"),
        ([DAILY, "2015-06-01,二十,40,10,20,0.5,80"], "“二十”不是数值"),
        ([DAILY, "2015-06-01,inf,40,10,20,0.5,80"], "“inf”不是数值"),
        ([DAILY, "2015-06-01,1_0,40,10,20,0.5,80"], "“1_0”不是数值"),
        ([DAILY, DAY, "2015-06-01,21,40,10,20,0.5,80"], "第 3 行：站点“site”与第 2 行是同一日，数值不同"),
        ([HOURLY, HOUR, HOUR.replace(",80", ",81")], "第 3 行：站点“甲”与第 2 行是同一小时，数值不同"),
        ([HOURLY, HOUR.replace("00:00", "00:30")], "第 2 行“time”列：“2015-06-01 00:30”不是整点"),
        ([HOURLY, HOUR.replace("00:00", "00:00 EDT")], "时间须为北京时间"),
        ([HOURLY, HOUR.replace("2015-06-01 00:00", "42156")], "Excel 的日期序号"),
        ([DAILY, DAY.replace("2015-06-01", "1900-01-05")], "年份不合理"),
        ([HOURLY, HOUR.replace("甲", " ")], "第 2 行“station”列：没有写站点"),
        ([DAILY.replace(",co", ""), "2015-06-01,20,40,10,20,80"], "日数据缺少列：co"),
        ([HOURLY.replace(",no2", ""), "甲,2015-06-01 00:00,20,40,10,0.5,80"], "小时数据缺少列：no2"),
        ([DAILY.replace("so2", "so22"), DAY], "“so22”列：没有这一列，是不是“so2”？"),
        (["德州市 2015 年空气质量,,,,,,", DAILY, DAY], "第一行应是列名"),
        ([DAILY.replace("co", "co(μg/m³)"), DAY], "单位是 μg/m3，应为 mg"),
        ([DAILY, "2015-06-01,20,40"], "第 2 行：只有 3 格，表头有 7 列"),
        ([DAILY], "文件里没有一行数据"),
        ([DAILY, DAY.replace("2015", "2013"), DAY.replace("2015", "2014")], "没有 2015 年的数据，只有 2013、2014 年"),
        ([DAILY, DAY.replace("2015-06-01", "合计")], "看不懂“合计”"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_place(write: Write, lines: list[str], says: str):
    assert says in refused(write(*lines))


def test_all_faults_of_all_files_come_at_once(write: Write):
    one = write(DAILY, "2015-06-01,x,40,10,20,0.5,80", "2015-06-02,20,y,10,20,0.5,80", name="a.csv")
    other = write(DAILY, "2015-06-32,20,40,10,20,0.5,80", name="b.csv")
    lines = refused(one, other).splitlines()
    assert [("a.csv" in line, "b.csv" in line) for line in lines] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_one_station_with_two_values_in_two_files(write: Write):
    first = write(HOURLY, *hours_of(), name="a.csv")
    second = write(HOURLY, *hours_of(figures="21,40,10,20,0.5,80"), name="b.csv")
    assert "a.csv 第 2 行是同一小时，数值不同" in refused(first, second)


def test_hours_and_a_day_of_one_station(write: Write):
    first = write(HOURLY, *hours_of(), name="a.csv")
    second = write("station," + DAILY, "甲," + DAY, name="b.csv")
    assert "站点“甲”同一天既有小时值又有日均值" in refused(first, second)


def test_a_lone_particle_figure_below_one_is_remarked(write: Write):
    answer, said = assess(write(DAILY, DAY, "2015-06-02,0.035,40,10,20,0.5,80"))
    assert answer["valid_days"] == 2
    assert "第 3 行“pm25”列：2015 年 6 月有 1 个数小于 1 µg/m³" in said


# As a program -----------------------------------------------------------------------------------------


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """manage.py of a machine without installation: no secret, a database that nobody serves."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
    environment |= {
        "CHUANGMO_ENV_FILE": os.devnull,
        "CHUANGMO_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_the_command_needs_neither_secret_nor_database():
    done = run("assess_air", str(DATA / "dezhou_2015_2016.csv.gz"), "--year", "2015")
    assert done.returncode == 0, done.stderr
    assert "优良 119 天" in done.stdout
    assert "NO₂ 年均值 42 µg/m³，限值 40，超标（365 个有效日）" in done.stdout
    assert done.stdout.splitlines()[-1] == "结论：不达标"


def test_a_bad_file_ends_the_command_with_a_code(tmp_path: Path):
    done = run("assess_air", str(tmp_path / "none.csv"), "--year", "2015", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "没有这个文件" in done.stderr and "Traceback" not in done.stderr


def test_words_for_a_year_that_is_not_valid(write: Write):
    out = StringIO()
    call_command("assess_air", str(write(DAILY, DAY)), year=2015, stdout=out)
    assert "SO₂ 年均值 10 µg/m³，限值 60，数据无效，不判定（1 个有效日，1、2、3" in out.getvalue()
    assert "结论：不能判定（全年数据不满足有效性要求，以上数字仅供参考）" in out.getvalue()
