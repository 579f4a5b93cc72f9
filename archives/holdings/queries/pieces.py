"""Which pieces a person may see, and what of them stands elsewhere in the archive."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from archives.holdings.models import Piece, PieceVersion
from archives.holdings.rights import visible_to
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of

__all__ = ["same_content", "visible_pieces"]


def visible_pieces(user: User | Rights) -> QuerySet[Piece]:
    """The pieces that a person may see (also by rights that were read before): one query with one join, never asked row by
    row. What was discarded is left out."""
    return visible_to(user if isinstance(user, Rights) else rights_of(user))


def same_content(rights: Rights, file_ids: Collection[int], *, but: int | None = None) -> list[PieceVersion]:
    """Versions of other pieces with exactly this content, among those that the person may see: nothing is told of others."""
    rows = PieceVersion.objects.filter(file__in=file_ids, piece__in=visible_to(rights).values("pk"))
    return list(rows.exclude(piece=but).select_related("piece", "piece__unit").order_by("piece_id", "number"))
