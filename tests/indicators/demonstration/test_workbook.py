"""The workbook of the demonstration's figures: all 26 indicators of the plan by formulas.

Stands here and not with the books' own tests since the demonstration is built only once for this folder.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from archives.books.queries.inputs import chapters
from archives.books.services.workbook import workbook
from archives.snapshots.content import canonical
from indicators.assessment.models import Verdict
from indicators.plan.models import Plan
from tests.archives.books.spreadsheet import differences, formulas, recalculate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]
MAY, MARCH = date(2017, 5, 31), date(2017, 3, 31)


def made_at(as_of: date, folder: Path) -> Path:
    plan = Plan.objects.current()
    return workbook(chapters(plan, as_of), folder / "工作簿.xlsx", title="数据工作簿", demonstration=True)


@pytest.mark.parametrize("as_of", [MAY, MARCH])
def test_the_formulas_reach_every_verdict_of_the_database(as_of: date, tmp_path: Path) -> None:
    made = made_at(as_of, tmp_path)
    stored = {
        verdict.indicator.number: verdict.get_status_display()
        for verdict in Verdict.objects.filter(is_current=True, as_of=as_of).select_related("indicator")
    }
    book = load_workbook(made, data_only=True)
    assert {row[0]: row[6] for row in book["汇总"].iter_rows(min_row=5, values_only=True)} == stored
    assert {row[21] for row in book["推导"].iter_rows(min_row=3, values_only=True)} == {"一致", None}
    assert len(formulas(made)) > 1_500


@pytest.mark.slow
def test_libreoffice_reckons_the_same(tmp_path: Path) -> None:
    made = made_at(MAY, tmp_path)
    assert differences(made, recalculate(made, tmp_path)) == []


def test_the_inputs_are_frozen_the_same_and_cost_the_same(django_assert_max_num_queries) -> None:
    plan = Plan.objects.current()
    with CaptureQueriesContext(connection) as january:
        chapters(plan, date(2017, 1, 31))
    with django_assert_max_num_queries(len(january)):
        (first,) = chapters(plan, MAY)
    (second,) = chapters(plan, MAY)
    assert canonical(first.content) == canonical(second.content)
