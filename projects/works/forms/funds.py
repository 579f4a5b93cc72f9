"""Money as typed: one input a cell, read by the same reader as progress, every fault beside its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.http import QueryDict

from projects.works.forms.progress import ProgressPage, Reader, amount_text
from projects.works.models import CountyFund, Source

__all__ = ["FundPage", "county_fund_typed", "county_page", "fund_page", "fund_plan_typed"]


class FundPage(ProgressPage):
    """The page of a plan of money or of a county's fund; amounts by cell."""

    amounts: dict[str, Decimal | None]
    note: str = ""


def fund_page(planned: Mapping[tuple[str, int], Decimal]) -> FundPage:
    """What is stored, as it would be typed."""
    page = FundPage(0)
    page.typed = {f"{source}:{year}": amount_text(amount) for (source, year), amount in planned.items()}
    return page


def fund_plan_typed(
    post: QueryDict, years: Iterable[int]
) -> tuple[FundPage, dict[tuple[str, int], Decimal | None]]:
    """What was sent, by (source, year)."""
    page = FundPage(0)
    reader = Reader(post, page)
    amounts = {
        (source, year): reader.amount(f"{source}:{year}") for source in Source.values for year in years
    }
    return page, amounts


def county_page(fund: CountyFund | None) -> FundPage:
    page = FundPage(fund.version if fund else 0)
    if fund is not None:
        page.typed = {name: amount_text(getattr(fund, name)) for name in ("budget", "arrived", "paid")}
        page.typed["note"] = fund.note
    return page


def county_fund_typed(post: QueryDict) -> FundPage:
    """What was sent of a county's fund; `amounts` and `note` are what could be read."""
    version = post.get("version", "")
    page = FundPage(int(version) if version.isdecimal() and len(version) < 10 else -1)
    reader = Reader(post, page)
    page.amounts = {name: reader.amount(name) for name in ("budget", "arrived", "paid")}
    page.note = reader.words("note", 200)
    return page
