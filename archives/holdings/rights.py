"""Who may see and do what with a piece. Pages, services, the search and exports ask these predicates and no others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from archives.holdings.models import Piece
from chuangmo.access.queries import Rights
from chuangmo.org.models import valid_at
from indicators.plan.models import Assignment, AssignmentRole

__all__ = [
    "leading_units",
    "may_accept",
    "may_keep",
    "may_offer",
    "may_sign_off",
    "may_verify",
    "visible_to",
]


def visible_to(rights: Rights) -> QuerySet[Piece]:
    """Pieces of units that the person may view, and those that prove an indicator which a unit of theirs leads; without
    what was discarded."""
    mine, acting = Q(unit__in=rights.view), rights.report | rights.sign_off
    if acting:
        leads = Assignment.objects.filter(
            valid_at(rights.on),
            indicator__pieces=OuterRef("pk"),
            unit__in=acting,
            role=AssignmentRole.LEAD,
        )
        mine = mine | Q(Exists(leads))
    return Piece.objects.filter(mine, discarded_at__isnull=True)


def leading_units(piece: Piece, rights: Rights) -> frozenset[int]:
    """Ids of the units that lead the piece's main indicator on the rights' day."""
    rows = Assignment.objects.filter(
        valid_at(rights.on), indicator=piece.indicator_id, role=AssignmentRole.LEAD
    )
    return frozenset(rows.values_list("unit_id", flat=True))


def may_offer(rights: Rights, unit_id: int) -> bool:
    """Offer material, change it before it is handed in, hand it in, take it back: the unit's reporters."""
    return rights.may("report", unit_id)


def may_sign_off(rights: Rights, piece: Piece) -> bool:
    """Sign off for the unit."""
    return rights.may("sign_off", piece.unit_id)


def may_verify(rights: Rights, piece: Piece) -> bool:
    """Check it for a unit that leads the main indicator."""
    return bool(rights.sign_off) and bool(leading_units(piece, rights) & rights.sign_off)


def may_accept(rights: Rights, piece: Piece) -> bool:
    """Accept, return or reopen for the steering office; say what else a piece proves."""
    return rights.may("accept", piece.unit_id)


def may_keep(rights: Rights) -> bool:
    """Keep boxes and folders, and say where the originals stand: the steering office."""
    return rights.is_office
