"""The next number of a paper, without gaps and without doubles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from supervision.papers.models import NumberSeries


def take_number(kind: str, office_id: int, year: int) -> int:
    """The next number (from 1) of this kind of paper in the office's year.

    Belongs into the transaction that issues the paper: the series stays locked until that one ends, and a paper that
    isn't issued after all gives its number back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that issues the paper")
    series, _ = NumberSeries.objects.get_or_create(kind=kind, office_id=office_id, year=year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return series.last
