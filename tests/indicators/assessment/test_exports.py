"""The month's table taken away: a workbook that calculates and prints, a PDF that is complete on every page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from chuangmo import periods
from chuangmo.org.models import Installation, Unit
from indicators.assessment.models import Status, Verdict
from indicators.assessment.queries.month_table import month_table
from indicators.assessment.services import refresh_all
from indicators.plan.models import Category, DataElement, Indicator, Plan, Site
from tests.factories import UserFactory, give_role, make_figure

MARK = "演示数据，不是实际统计结果"
FORMULA = '=HYPERLINK("x","点我")'  # no longer than a category's name may be
COUNTIES = ("水城县人民政府", "钟山区人民政府", "钟山经济开发区管委会")
PRODUCED_T, TREATED_T = 1000, 2800  # a month, of each county and of all sites together


pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@dataclass
class Exported:
    """What the office took away for May 2017 from the real plan with a few figures, once for all tests here."""

    workbook: bytes
    workbook_name: str
    pdf: bytes
    names: list[str]
    cells: list[tuple[str, str]]  # name and responsible units of each row, without blanks
    tally: dict[str, int]
    verdict: Verdict


@pytest.fixture(scope="module")
def exported(django_db_setup: None, django_db_blocker) -> Exported:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)
        Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True})
        Category.objects.filter(indicators__number=18).update(name=FORMULA)
        _accept_waste()
        refresh_all(plan=Plan.objects.current())
        office = UserFactory(username="office", name="王科长")
        give_role(office, Unit.objects.get(name="市创模办"), "office")
        rows = month_table(Plan.objects.current(), date(2017, 5, 31))
        client = Client()
        client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
        book = client.get("/p/2017/export/2017-05.xlsx")
        taken = Exported(
            workbook=book.content,
            workbook_name=_file_name(book),
            pdf=client.get("/p/2017/export/2017-05.pdf").content,
            names=list(Indicator.objects.order_by("number").values_list("name", flat=True)),
            cells=[
                ("".join(row.indicator.name.split()), "".join(row.responsible_short.split())) for row in rows
            ],
            tally=dict(Counter(row.status for row in rows)),
            verdict=Verdict.objects.get(indicator__number=18, as_of="2017-05-31", is_current=True),
        )
        transaction.set_rollback(True)
    return taken


def _accept_waste() -> None:
    """Five months of waste produced by the counties and treated by the bureau's two sites."""
    produced = DataElement.objects.get(code="i18.produced")
    treated = DataElement.objects.get(code="i18.treated")
    sites = Site.objects.filter(kind=treated.site_kind)
    for number in range(1, 6):
        period = periods.month(2017, number)
        for name in COUNTIES:
            make_figure(produced, Unit.objects.get(name=name), period, PRODUCED_T)
        for site in sites:
            make_figure(treated, site.unit, period, TREATED_T // len(sites), site=site)


def _file_name(response: HttpResponse) -> str:
    return unquote(response.headers["Content-Disposition"].partition("UTF-8''")[2])


# Workbook -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(exported: Exported) -> Workbook:
    return load_workbook(BytesIO(exported.workbook))


@pytest.fixture(scope="module")
def sheet(book: Workbook) -> Worksheet:
    return book["26项指标"]


def column(sheet: Worksheet, head: str) -> list:
    """The cells of the column under a head, without title and head."""
    heads = [cell.value for cell in sheet[2]]
    return [row[heads.index(head)] for row in sheet.iter_rows(min_row=3)]


def test_the_file_says_whose_and_of_when_it_is(exported: Exported) -> None:
    assert exported.workbook_name == "六盘水市创模 26 项指标（截至 2017年5月）.xlsx"


def test_26_rows_in_the_plans_order_with_the_plans_words(exported: Exported, sheet: Worksheet) -> None:
    assert [cell.value for cell in column(sheet, "序号")] == list(range(1, 27))
    assert [cell.value for cell in column(sheet, "指标")] == exported.names


def test_numbers_are_numbers_and_dates_are_dates(exported: Exported, sheet: Worksheet) -> None:
    values = {row: cell for row, cell in enumerate(column(sheet, "数值"), start=1) if cell.value is not None}
    assert all(cell.data_type == "n" for cell in values.values())
    assert exported.verdict.value is not None
    assert values[18].value == pytest.approx(float(exported.verdict.value))
    assert {(cell.value, cell.is_date) for cell in column(sheet, "截至")} == {(datetime(2017, 5, 31), True)}


def test_the_value_is_what_the_figures_say(exported: Exported) -> None:
    share = Decimal(TREATED_T * 5) / (PRODUCED_T * 5 * len(COUNTIES)) * 100
    assert exported.verdict.value == share.quantize(Decimal("1e-12"))


def test_a_text_that_looks_like_a_formula_stays_text(book: Workbook, sheet: Worksheet) -> None:
    cell = column(sheet, "类别")[17]
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    formulas = [
        cell.coordinate for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas == []


def test_units_and_derivations_are_in_it(book: Workbook, sheet: Worksheet) -> None:
    assert column(sheet, "牵头单位")[17].value == "市城管局"
    assert set(COUNTIES) <= set(column(sheet, "责任单位")[17].value.split("、"))
    parts = [[cell.value for cell in row] for row in book["推导"].iter_rows(min_row=3) if row[0].value == 18]
    assert (
        parts[0][7]
        .replace("\u2009", " ")
        .endswith("无害化处理量 14 000.0 t ÷ 生活垃圾产生量 15 000.0 t × 100 = 93.33%")
    )


def test_what_is_missing_is_named_with_unit_and_day(book: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["缺报"].iter_rows(min_row=3)]
    assert all(len([value for value in row[:4] if value]) == 4 for row in rows)
    assert all(row[4] is None or isinstance(row[4], datetime) for row in rows)


def test_every_sheet_is_frozen_and_ready_to_print(book: Workbook) -> None:
    got = {
        page.title: (
            page.freeze_panes,
            page.print_title_rows,
            page.page_setup.orientation,
            int(page.page_setup.paperSize),
            page.page_setup.fitToWidth,
            page.sheet_properties.pageSetUpPr.fitToPage,
        )
        for page in book
    }
    same = ("$1:$2", "landscape", 9, 1, True)
    assert got == {
        "26项指标": ("D3", *same),
        "推导": ("C3", *same),
        "历年数值": ("C3", *same),
        "缺报": ("C3", *same),
    }


def test_every_sheet_bears_the_mark_of_a_demonstration(book: Workbook) -> None:
    assert [page.title for page in book if "演示数据，不是实际统计结果" not in page["A1"].value] == []
    assert [page.title for page in book if page.oddHeader.center.text != MARK] == []


# PDF ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf(exported: Exported) -> PdfReader:
    return PdfReader(BytesIO(exported.pdf))


@pytest.fixture(scope="module")
def texts(pdf: PdfReader) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in pdf.pages]


def test_all_26_rows_are_printed(exported: Exported, texts: list[str]) -> None:
    whole = "".join("".join(texts).split())
    assert [name for name in exported.names if "".join(name.split())[:12] not in whole] == []


def test_heads_number_and_mark_are_on_every_page(texts: list[str]) -> None:
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        for words in (MARK, f"第 {number} 页，共 {len(texts)} 页"):
            assert words in text, (number, words)
    _, charts = annexes(texts)
    for number, text in enumerate(texts[:charts], start=1):  # the charts after the tables need no heads
        for words in ("序号", "结论", "限值"):
            assert words in text, (number, words)


def annexes(texts: list[str]) -> tuple[int, int]:
    """The places of the pages on which the derivations and the charts begin."""
    bare = ["".join(text.split()) for text in texts]
    first, second = (
        next(place for place, text in enumerate(bare) if head in text) for head in ("附一推导", "附二走势")
    )
    return first, second


def test_the_table_stands_first_and_is_short(texts: list[str]) -> None:
    derivations, charts = annexes(texts)
    assert 1 <= derivations <= 3
    assert derivations < charts <= derivations + 5
    assert "单位用简称" in texts[derivations - 1]


def test_no_row_goes_over_two_pages(exported: Exported, texts: list[str]) -> None:
    pages = ["".join(text.split()) for text in texts[: annexes(texts)[0]]]
    assert len(exported.cells) == 26
    for name, responsible in exported.cells:
        on = [place for place, text in enumerate(pages) if name in text and responsible in text]
        assert len(on) == 1, name


def test_the_first_page_says_how_many_stand_where(exported: Exported, texts: list[str]) -> None:
    bare = "".join(texts[0].split())
    for status, count in exported.tally.items():
        assert f"{Status(status).label}{count}项" in bare
    assert sum(exported.tally.values()) == 26


def test_the_sheet_lies(pdf: PdfReader) -> None:
    assert {page.mediabox.width > page.mediabox.height for page in pdf.pages} == {True}


def test_all_fonts_are_notos_and_embedded(pdf: PdfReader) -> None:
    found = {}
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            embedded = any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[font.get_object()["/BaseFont"]] = embedded
    assert found
    assert {name: embedded for name, embedded in found.items() if not embedded or "Noto" not in name} == {}
