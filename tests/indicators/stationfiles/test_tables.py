"""Bytes to rows, headers to columns."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from indicators.stationfiles.columns import find_columns, plain_name
from indicators.stationfiles.faults import Faults, StationFileError
from indicators.stationfiles.headers import AIR_ALIASES, AIR_PASSED_OVER, WATER_ALIASES
from indicators.stationfiles.tables import Table, read_table

TEXT = "断面,值\r\n清河闸,1\r\n\r\n码头,2\r\n"


def read(tmp_path: Path, content: bytes) -> Table:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    faults = Faults("file.csv")
    table = read_table(path, faults)
    faults.raise_any()
    return table


def refused(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(StationFileError) as error:
        read(tmp_path, content)
    return str(error.value)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gbk"),
        TEXT.encode("utf-16"),
        gzip.compress(TEXT.encode("gbk")),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "，").encode(),
    ],
    ids=["utf8", "bom", "gbk", "utf16", "gzip", "unix", "mac", "tab", "semicolon", "full-width"],
)
def test_every_way_to_write_the_same_table(tmp_path: Path, content: bytes):
    table = read(tmp_path, content)
    assert table.header.cells == ["断面", "值"]
    assert [(row.number, row.cells) for row in table.rows] == [(2, ["清河闸", "1"]), (4, ["码头", "2"])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "file.csv：文件是空的"),
        (b"\n \n", "文件是空的"),
        (b"PK\x03\x04rest", "不是完好的 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0rest", "不是完好的 Excel 工作簿"),
        (b"a,b\n\x00,1\n", "不是文本文件"),
        (b"\xff\xff\xff\xff", "不是文本文件"),
        (gzip.compress(b"a,b\n" * 999)[:-12], "读不出来"),
        (b"a,b\n1\n", "第 2 行：只有 1 格，表头有 2 列"),
        (b"a,b\n1,2\n1,2,3\n", "第 3 行：有 3 格，表头只有 2 列"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "读不下去"),
    ],
    ids=["empty", "blank", "zip", "ole", "nul", "no-text", "cut-gzip", "short-row", "long-row", "open-quote"],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, says: str):
    assert says in refused(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(StationFileError, match="没有这个文件"):
        read_table(tmp_path / "none.csv", Faults("none.csv"))


def test_trailing_commas_do_no_harm(tmp_path: Path):
    assert len(read(tmp_path, b"a,b\n1,2,,\n").rows) == 1


def test_twenty_faults_are_named_and_the_rest_counted(tmp_path: Path):
    text = refused(tmp_path, b"a,b\n" + b"1\n" * 30)
    assert len(text.splitlines()) == 21
    assert text.endswith("……另有 10 处")


# Columns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PM2.5", "pm25"),
        ("PM₂.₅（μg/m³）", "pm25"),
        ("PM2.5 (ug/m3)", "pm25"),
        ("O3-8h", "o38h"),
        ("NH3-N(mg/L)", "nh3n"),
        ("铬（六价）（mg/L）", "铬六价"),
        (" CO[毫克/立方米] ", "co"),
        ("pH（无量纲）", "ph"),
    ],
)
def test_names_without_decoration(text: str, expected: str):
    assert plain_name(text) == expected


def columns(tmp_path: Path, header: str, row: str, water: bool = False) -> tuple[dict[str, int], Faults]:
    faults = Faults("file.csv")
    (tmp_path / "file.csv").write_text(f"{header}\n{row}\n")
    table = read_table(tmp_path / "file.csv", faults)
    found = find_columns(
        table,
        WATER_ALIASES if water else AIR_ALIASES,
        passed_over=AIR_PASSED_OVER,
        milligrams=("co", "hg"),
        micrograms=("pm25",),
        faults=faults,
    )
    return found, faults


def test_chinese_and_english_names_find_their_columns(tmp_path: Path):
    found, faults = columns(
        tmp_path, "日期,AQI,细颗粒物(μg/m³),PM10,二氧化硫,NO2,CO(mg/m3),O3_8h", "1,2,3,4,5,6,7,8"
    )
    assert found == {"date": 0, "pm25": 2, "pm10": 3, "so2": 4, "no2": 5, "co": 6, "o3_8h": 7}
    assert faults.found == faults.notes == []


def test_every_alias_leads_to_one_code():
    for aliases in (AIR_ALIASES, WATER_ALIASES):
        names = [plain_name(name) for code, others in aliases.items() for name in {code, *others}]
        twice = {name for name in names if names.count(name) > 1}
        assert {plain_name(name) for code in aliases for name in (code,)} <= set(names)
        owners = {
            name: {code for code, others in aliases.items() if name in map(plain_name, (code, *others))}
            for name in twice
        }
        assert {name: found for name, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("time,pm2_55", "“pm2_55”列：没有这一列，是不是“pm25”？"),
        ("date,pm25,PM2.5", "“PM2.5”列：这一列出现了两次"),
        ("date,co(ug/m3)", "单位是 ug/m3，应为 mg"),
        ("date,pm25(mg/m³)", "应为 µg"),
        ("date,,pm25", "第 2 列没有名称（合并的表头单元格？"),
    ],
)
def test_wrong_headers(tmp_path: Path, header: str, says: str):
    _, faults = columns(tmp_path, header, ",".join(["1"] * (header.count(",") + 1)))
    assert [says in str(fault) for fault in faults.found] == [True]


def test_an_unknown_column_is_named_and_passed_over(tmp_path: Path):
    found, faults = columns(tmp_path, "date,噪声,pm25", "1,2,3")
    assert found == {"date": 0, "pm25": 2}
    assert [str(note) for note in faults.notes] == ["file.csv：第 1 行“噪声”列：不认识这一列，没有使用"]


def test_an_empty_column_does_no_harm(tmp_path: Path):
    assert columns(tmp_path, "date,,pm25", "1,,3")[1].found == []


def test_micrograms_of_a_metal_are_refused_in_the_header(tmp_path: Path):
    assert "应为 mg" in str(columns(tmp_path, "断面,汞（μg/L）", "a,1", water=True)[1].found[0])
