"""Where the cells of a pasted block go."""

from __future__ import annotations

import pytest

from chuangmo.errors import Invalid
from indicators.plan.models import DataElement, Site
from indicators.reporting.models import ReportValue
from indicators.reporting.services.placing import place_block


def _cells() -> list[ReportValue]:
    """One figure of the whole unit, then two elements at three sites, in page order; no database."""
    whole = DataElement(pk=1, code="i.whole", name="整体")
    elements = [DataElement(pk=n, code=f"i.e{n}", name=f"第{n}项", site_kind="facility") for n in (2, 3)]
    sites = [Site(pk=n, name=f"第{n}处") for n in (11, 12, 13)]
    pairs = [(whole, Site(pk=10, name="单位"))] + [(e, s) for e in elements for s in sites]
    return [ReportValue(pk=100 + n, element=e, site=s) for n, (e, s) in enumerate(pairs)]


def _placed(start: int, text: str) -> tuple[dict[int, str], list[str]]:
    cells = _cells()
    placed, outside = place_block(cells, cells[start], text)
    return {cell.pk - 100: typed for cell, typed in placed}, outside


def test_one_column_runs_down_the_page() -> None:
    assert _placed(0, "1\n2\n\n4\n") == ({0: "1", 1: "2", 3: "4"}, [])


def test_a_table_of_sites_by_elements() -> None:
    assert _placed(1, "1\t2\n3\t4\n5\t6") == ({1: "1", 4: "2", 2: "3", 5: "4", 3: "5", 6: "6"}, [])
    assert _placed(5, "1\t2\n3") == ({5: "1", 6: "3"}, ["第 1 行第 2 列“2”超出表格，没有粘贴"])


def test_beside_a_single_column_there_is_no_place() -> None:
    assert _placed(0, "9\t8") == ({0: "9"}, ["第 1 行第 2 列“8”超出表格，没有粘贴"])


def test_what_is_outside_is_told_in_few_words() -> None:
    _, outside = _placed(6, "\n".join(str(n) for n in range(40)))
    assert len(outside) == 21
    assert outside[-1] == "还有 19 格超出表格，没有粘贴"


def test_a_whole_sheet_is_refused() -> None:
    with pytest.raises(Invalid, match="粘贴的内容太多"):
        _placed(0, "1\n" * 60_000)
