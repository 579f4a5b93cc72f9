"""`classify_water`: published classes, Chinese files, and every bad cell named."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.standards.water_limits import TABLE_1
from tests.indicators.stationfiles.test_assess_air import run

DATA = Path(__file__).resolve().parents[2] / "data"
HEADER = "section,kind,ph,do,codmn,nh3n,tp"
ROW = "清河闸,river,8.08,10.24,2.67,0.032,0.083"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(*lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "water.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return _write


def classes(path: Path) -> tuple[list[dict[str, Any]], str]:
    out, err = StringIO(), StringIO()
    call_command("classify_water", str(path), json=True, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as error:
        classes(path)
    return str(error.value)


def test_every_published_class():
    answer, said = classes(DATA / "sections_sample.csv")
    with open(DATA / "sections_sample.csv", encoding="utf-8", newline="") as file:
        published = [(row["section"], int(row["published_class"])) for row in csv.DictReader(file)]
    assert [(one["section"], one["class"]) for one in answer] == published
    assert said == ""


def test_what_the_answer_holds(write: Write):
    path = write(HEADER, ROW, "码头,river,7.30,3.70,2.54,0.376,0.115", "空白,lake,,,,,")
    assert classes(path)[0] == [
        {"section": "清河闸", "class": 2, "decided_by": ["codmn", "tp"], "measured": 5},
        {"section": "码头", "class": 4, "decided_by": ["do"], "measured": 5},
        {"section": "空白", "class": None, "decided_by": [], "measured": 0},
    ]


def test_a_lake_is_judged_by_its_own_phosphorus(write: Write):
    rows = [f"甲,{kind},,,,,0.083" for kind in ("river", "lake", "河流", "湖库", "水库", "reservoir")]
    assert [one["class"] for one in classes(write(HEADER, *rows))[0]] == [2, 4, 2, 4, 4, 4]


def test_all_21_parameters_by_their_chinese_names_in_gbk(write: Write):
    names = [f"{parameter.name}（mg/L）" if code != "ph" else "pH" for code, parameter in TABLE_1.items()]
    limits = [str(parameter.limits[-1]) for parameter in TABLE_1.values()]
    path = write(f"断面名称,水体类型,{','.join(names)},总氮", f"甲,河流,{','.join(limits)},9", encoding="gbk")
    (answer,), said = classes(path)
    assert (answer["class"], answer["measured"]) == (5, 21)
    assert said == ""


@pytest.mark.parametrize("code", [code for code in TABLE_1 if code != "ph"])
def test_each_column_is_judged(write: Write, code: str):
    low = TABLE_1[code].better == "low"
    worst = TABLE_1[code].limits[-1] * 2 if low else TABLE_1[code].limits[-1] / 2
    (answer,), _ = classes(write(f"section,kind,{code}", f"甲,river,{worst}"))
    assert (answer["class"], answer["decided_by"]) == (6, [code])


def test_below_detection(write: Write):
    path = write("section,kind,codmn,hg,oil,phenol", "甲,river,1,0.01L,<0.5,未检出")
    assert classes(path)[0] == [
        {"section": "甲", "class": 1, "decided_by": ["codmn", "hg", "phenol", "oil"], "measured": 4}
    ]


def test_dates_stand_beside_the_sections(write: Write):
    answer, _ = classes(write("断面,类型,月份,高锰酸盐指数", "甲,河流,2015-06,3", "甲,河流,2015-07,5"))
    assert [(one["date"], one["class"]) for one in answer] == [("2015-06", 2), ("2015-07", 3)]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([HEADER, ROW.replace("2.67", "约2")], "water.csv：第 2 行“codmn”列：“约2”不是数值"),
        ([HEADER, ROW.replace("8.08", "80.8")], "第 2 行“ph”列：pH 不可能是“80.8”"),
        ([HEADER, ROW.replace("10.24", "1024")], "“do”列：溶解氧不可能是“1024”"),
        ([HEADER, ROW.replace("10.24", "<0.5")], "“do”列：溶解氧不能是“0.5L”"),
        ([HEADER, ROW.replace("0.083", "-1")], "“-1”是负数"),
        ([HEADER, ROW.replace("0.083", "830")], "疑为单位错误"),
        ([HEADER, ROW.replace("river", "沟")], "第 2 行“kind”列：“沟”不是水体类型"),
        ([HEADER, ROW.replace("清河闸", "")], "第 2 行“section”列：没有写断面名称"),
        (["section,kind,as,cd", "甲,river,3,0.5"], "第 2 行：砷、镉都远高于 Ⅴ 类限值，疑为 µg/L"),
        ([HEADER.replace("codmn", "codmnn"), ROW], "没有这一列，是不是“codmn”？"),
        ([HEADER.replace(",kind", ""), ROW.replace(",river", "")], "缺少列：kind"),
        (["section,kind,tn", "甲,river,3"], "没有一列是 GB 3838 表 1 的项目"),
        ([HEADER], "只有表头，没有断面"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_refused_with_its_place(write: Write, lines: list[str], says: str):
    assert says in refused(write(*lines))


def test_a_single_high_figure_is_remarked_and_judged(write: Write):
    (answer,), said = classes(write("section,kind,nh3n", "甲,river,45"))
    assert answer["class"] == 6
    assert "第 2 行“nh3n”列：“45”是 Ⅴ 类限值的 20 倍以上" in said


def test_words(write: Write):
    out = StringIO()
    call_command("classify_water", str(write(HEADER, ROW, "空白,lake,,,,,")), stdout=out)
    assert out.getvalue().splitlines() == [
        "清河闸：Ⅱ类（高锰酸盐指数、总磷；测定 5/21 项）",
        "空白：数据不全，没有测定任何项目，不判类别",
    ]


def test_the_command_needs_neither_secret_nor_database():
    done = run("classify_water", str(DATA / "sections_sample.csv"), "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 18
