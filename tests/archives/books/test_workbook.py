"""The workbook: its formulas give the system's verdicts, LibreOffice gets what is stored, and a changed cell changes them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from archives.books.services.workbook import WorkbookProblem, workbook
from tests.archives.books.cases import every
from tests.archives.books.spreadsheet import differences, formulas, recalculate, results

CASES = every()
VERDICT, CHECK, NUMBER = 19, 22, 1


def chapter(**fields: Any) -> SimpleNamespace:
    data = {"plan": "2017", "plan_name": "方案", "year": 2017, "as_of": "2017-05-31", "sources": {}} | fields
    return SimpleNamespace(slug="workbook", content={"kind": "blocks", "workbook": data})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [case.row(number) for number, case in enumerate(CASES, start=1)]
    out = tmp_path_factory.mktemp("workbook") / "数据工作簿.xlsx"
    return workbook([chapter(indicators=rows)], out, title="例子", code="7KQ2-M9TX-4HWD", demonstration=True)


def column(path: Path, sheet: str, number: int) -> list[Any]:
    return [
        row[number - 1]
        for row in load_workbook(path, data_only=True)[sheet].iter_rows(min_row=3, values_only=True)
    ]


def verdicts(path: Path) -> dict[str, str]:
    """Name of the case → the verdict that the summary's formula shows."""
    sheet = load_workbook(path, data_only=True)["汇总"]
    return {row[2]: row[6] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]}


WORDS = {"met": "达标", "margin": "临界", "missed": "不达标", "partial": "数据不全", "none": "未到期"}


def test_every_kind_of_part_in_every_way_agrees_with_the_engine(made: Path) -> None:
    assert {part["kind"] for case in CASES for part in case.row(1)["parts"]} == {
        "T", "RATE", "SURVEY", "DEC", "COMPLETION", "RANK", "NOEV", "LIST", "MON", "SITES",
    }  # fmt: skip
    assert verdicts(made) == {case.name: WORDS[case.row(1)["status"]] for case in CASES}
    assert set(column(made, "推导", CHECK)) == {"一致", None}


@pytest.mark.slow
def test_libreoffice_reckons_what_is_stored(made: Path, tmp_path: Path) -> None:
    """Every formula cell, after a recalculation from nothing but the inputs."""
    assert len(formulas(made)) > 2_000
    assert differences(made, recalculate(made, tmp_path)) == []


@pytest.mark.slow
def test_the_verdict_follows_the_cells(made: Path, tmp_path: Path) -> None:
    """One county's amounts lowered, one missing row taken out, one day's air and one answer changed: four verdicts move."""
    book = load_workbook(made)
    numbers = {case.name: number for number, case in enumerate(CASES, start=1)}
    data = book["数据"]
    row = next(
        one
        for one in range(3, data.max_row)
        if data.cell(one, 1).value == numbers["达标"] and data.cell(one, 3).value == "i18.treated"
    )
    for month in range(8, 12):
        data.cell(row, month).value = 0.5
    missing = book["缺报"]
    gap = next(
        one for one in range(3, missing.max_row + 1) if missing.cell(one, 3).value == numbers["未超过，缺报"]
    )
    missing.cell(gap, 1).value = ""
    air = book["空气日值"]
    for day in range(4, 60):
        air.cell(day, 5).value = 400
    answers = book["清单"]
    done = next(one for one in range(3, answers.max_row) if answers.cell(one, 2).value == numbers["清单完成"])
    answers.cell(done, 6).value = "未完成"
    changed = tmp_path / "改过.xlsx"
    book.save(changed)
    before, after = verdicts(made), verdicts(recalculate(changed, tmp_path))
    moved = {name: (word, after[name]) for name, word in before.items() if after[name] != word}
    assert moved == {
        "达标": ("达标", "不达标"),
        "未超过，缺报": ("数据不全", "达标"),
        "空气年评价": ("达标", "不达标"),
        "清单完成": ("达标", "不达标"),
    }


def test_it_is_ready_for_reading_and_printing(made: Path) -> None:
    book = load_workbook(made)
    assert book.sheetnames[:4] == ["汇总", "推导", "数据", "清单"]
    assert {"截至", "结论_01", "数值_01_treated"} <= set(book.defined_names)
    for sheet in book:
        assert sheet.freeze_panes not in (None, "A1"), sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows
        assert "演示数据" in sheet.oddHeader.center.text
    note = next(cell.comment.text for row in book["推导"].iter_rows() for cell in row if cell.comment)
    assert "÷" in note  # the formula in words


def test_a_missing_figure_is_blank_and_never_zero(made: Path) -> None:
    stored = results(made)
    number = 1 + [case.name for case in CASES].index("缺一县一边")
    row = next(
        at[1][1:]
        for at, value in stored.items()
        if at[0] == "数据" and at[1].startswith("A") and value == number
    )
    assert ("数据", f"K{row}") in stored and ("数据", f"L{row}") not in stored


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    row = CASES[0].row(1) | {"name": '=HYPERLINK("http://x","点")', "remark": "=1+1", "headline": "@SUM(1)"}
    out = workbook([chapter(indicators=[row])], tmp_path / "x.xlsx", title="=1+1")
    written = formulas(out)
    assert not any("HYPERLINK" in one or one == "=1+1" or "SUM(1)" in one for one in written.values())


def test_a_snapshot_without_the_inputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookProblem, match="没有数据工作簿"):
        workbook([SimpleNamespace(slug="cover", content={})], tmp_path / "x.xlsx", title="x")
    assert not list(tmp_path.glob("*.xlsx"))
