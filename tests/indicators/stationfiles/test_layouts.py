"""The UCI layout of Beijing's hours and workbooks: the same year as from our own CSV, conversions said."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.indicators.stationfiles.test_assess_air import DATA, assess, refused
from tests.indicators.stationfiles.test_classify_water import classes

PRSA = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station"
HOURS = DATA / "beijing_2014_04_12.csv.gz"


def prsa_row(hour: int = 0, co: str = "300", **other: str) -> str:
    return (
        f"1,2015,6,1,{hour},4,4,4,7,{co},77,-0.7,1023,-18.8,0,NNW,4.4,{other.get('station', 'Aotizhongxin')}"
    )


@pytest.fixture
def ours() -> list[dict[str, str]]:
    with gzip.open(HOURS, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def prsa(tmp_path: Path, ours: list[dict[str, str]]) -> Path:
    """The same hours as the UCI repository publishes them."""
    path = tmp_path / "PRSA_Data_Aotizhongxin_20130301-20170228.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PRSA.split(","))
        for number, row in enumerate(ours, 1):
            time = datetime.fromisoformat(row["time"])
            co = f"{float(row['co']) * 1000:.0f}" if row["co"] else "NA"
            figures = [row[code] or "NA" for code in ("pm25", "pm10", "so2", "no2")]
            clock = [time.year, time.month, time.day, time.hour]
            weather = ["-0.7", "1023", "-18.8", "0", "NNW", "4.4"]
            writer.writerow([number, *clock, *figures, co, row["o3"] or "NA", *weather, row["station"]])
    return path


def without_notes(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "notes"}


def test_the_prsa_layout_gives_the_same_year_and_says_what_it_converted(prsa: Path):
    answer, said = assess(prsa, year=2014)
    assert without_notes(answer) == without_notes(assess(HOURS, year=2014)[0])
    assert answer["annual"]["co_p95"]["value"] is not None
    (note,) = answer["notes"]
    assert "第 1 行“CO”列：按列名认出是北京多站点小时数据" in note and "已除以 1000" in note
    assert note in said


@pytest.mark.parametrize(
    ("header", "co", "says"),
    [
        (PRSA, "0.3", "像是已换算成 mg/m³"),
        (PRSA.replace("CO", "CO(μg/m3)"), "300", "单位是 μg/m3，应为 mg"),
        # the hour in four columns alone is no promise of micrograms
        (PRSA.replace("No,", "序号,").replace("TEMP,PRES,DEWP,RAIN,wd,WSPM", "a,b,c,d,e,f"), "300", "疑为 µg/m³"),
        (PRSA, "x", "“x”不是数值"),
    ],
)  # fmt: skip
def test_carbon_monoxide_is_converted_in_that_layout_only(tmp_path: Path, header: str, co: str, says: str):
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n{prsa_row(co=co)}\n", encoding="utf-8")
    assert says in refused(path)


@pytest.mark.parametrize(
    "header",
    [
        PRSA.replace("CO", "CO(mg/m3)"),
        PRSA.replace("No,", "序号,").replace("TEMP,PRES,DEWP,RAIN,wd,WSPM", "a,b,c,d,e,f"),
    ],
)
def test_hours_in_four_columns_with_milligrams_are_taken_as_they_are(tmp_path: Path, header: str):
    path = tmp_path / "a.csv"
    rows = [prsa_row(hour, "0.3") for hour in range(24)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert assess(path)[0]["annual"]["co_p95"]["value"] == 0.3


def test_a_clock_that_is_none_is_refused_at_its_row(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([PRSA, prsa_row(), prsa_row(25), prsa_row(1).replace("2015", "")]) + "\n")
    said = refused(path)
    assert "第 3 行“time”列：没有“2015-06-01 25:00”这个日期或时刻" in said
    assert "第 4 行“time”列：看不懂" in said


# Workbooks --------------------------------------------------------------------------------------------

Book = Callable[..., Path]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    def _book(*sheets: list[list[Any]], packed: bool = False) -> Path:
        path, workbook = tmp_path / "a.xlsx", Workbook()
        workbook.remove(workbook.active)
        for number, rows in enumerate(sheets):
            sheet = workbook.create_sheet(f"表{number + 1}")
            for row in rows:
                sheet.append(row)
        workbook.save(path)
        if packed:
            path.write_bytes(gzip.compress(path.read_bytes()))
        return path

    return _book


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_of_hours_is_read_as_its_csv(book: Book, ours: list[dict[str, str]], packed: bool):
    """Midnight of an hourly sheet is a day to Excel; hours are fractions."""
    codes = ("pm25", "pm10", "so2", "no2", "co", "o3")
    rows = [
        [row["station"], datetime.fromisoformat(row["time"]), *(number(row[code]) for code in codes)]
        for row in ours
    ]
    path = book([["station", "time", *codes], *rows], [], packed=packed)
    assert assess(path, year=2014)[0] == assess(HOURS, year=2014)[0]


def test_a_workbook_of_days_and_one_of_days_and_hours(book: Book):
    days = [
        ["日期", "PM2.5", "PM10", "SO2", "NO2", "CO", "O3_8h"],
        [date(2015, 6, 1), 20, 40, 10, 20, 0.5, 80],
    ]
    assert assess(book(days))[0]["good_days"] == 1
    header = ["station", "date", "hour", "pm25", "pm10", "so2", "no2", "co", "o3"]
    hours = [["甲", date(2015, 6, 1), hour, 20, 40, 10, 20, 0.5, 80] for hour in range(24)]
    assert assess(book([header, *hours]))[0]["good_days"] == 1


def test_a_workbook_names_the_row_of_a_fault_and_takes_one_sheet_only(book: Book):
    days = [
        ["date", "pm25", "pm10", "so2", "no2", "co", "o3_8h"],
        [],
        [date(2015, 6, 1), "二十", 40, 10, 20, 0.5, 80],
    ]
    assert "第 3 行“pm25”列：“二十”不是数值" in refused(book(days))
    assert "有 2 张有内容的表（“表1”、“表2”）" in refused(book(days, days))
    title = [["某市 2015 年空气质量"], ["date", "pm25"], [date(2015, 6, 1), 20]]
    assert "标题行、合并的表头请去掉" in refused(book(title))


def test_sections_in_a_workbook(book: Book):
    rows = [
        ["断面名称", "水体类型", "采样日期", "pH", "总磷", "站点备注"],
        ["甲", "湖库", date(2015, 6, 1), 7.5, "0.01L", "x"],
    ]
    answer, said = classes(book(rows))
    assert answer == [
        {"section": "甲", "date": "2015-06-01", "class": 1, "decided_by": ["ph", "tp"], "measured": 2}
    ]
    assert "“站点备注”列：不认识这一列" in said


def test_a_column_like_one_that_is_there_is_no_slip(tmp_path: Path):
    """station_name2 beside section, so2_aqi beside so2: remarked, not refused."""
    path = tmp_path / "water.csv"
    path.write_text("section,kind,ph,tpp,tp\n甲,river,7,9,0.05\n", encoding="utf-8")
    answer, said = classes(path)
    assert (answer[0]["class"], "“tpp”列：不认识这一列" in said) == (2, True)
