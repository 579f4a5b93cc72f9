"""The next archive number of a series, without gaps and without doubles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from archives.holdings.models import ArchiveSeries, Fonds, KindRule, MaterialTerms, Piece, Retention
from archives.holdings.rules.numbering import archive_number, problem_code
from chuangmo.errors import Refused

__all__ = ["retention_of", "take_archive_number"]


def take_archive_number(piece: Piece) -> str:
    """The piece's archive number, taken in the transaction that accepts it: the series stays locked until that one ends, and
    what is not accepted after all gives its number back. Refused where an administrator has not set up the fonds."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that accepts the piece")
    fonds = Fonds.objects.filter(is_current=True).first()
    rule = KindRule.objects.select_related("category", "retention").filter(kind=piece.kind).first()
    if fonds is None or rule is None:
        raise Refused("还不能编档号：请管理员先登记现用全宗和各类材料的归档规则")
    retention = retention_of(piece, rule)
    problem = problem_code(fonds.problem_prefix, piece.indicator.number)
    series, _ = ArchiveSeries.objects.get_or_create(
        fonds=fonds, category=rule.category, year=piece.year, retention=retention, problem=problem
    )
    ArchiveSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return archive_number(fonds.code, rule.category.code, piece.year, retention.code, problem, series.last)


def retention_of(piece: Piece, rule: KindRule) -> Retention:
    """The requirement's own retention, the first that has one; else that of the kind."""
    own = (
        MaterialTerms.objects.filter(requirement__pieces=piece, retention__isnull=False)
        .select_related("retention")
        .order_by("requirement__indicator__number", "requirement__order")
        .first()
    )
    return own.retention if own is not None and own.retention is not None else rule.retention
