"""Which pieces a person may see, and what of them stands elsewhere in the archive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from archives.holdings.models import Accession, Piece, PieceVersion
from archives.holdings.rights import visible_to
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from indicators.plan.models import ChecklistItem

__all__ = [
    "accession_of",
    "answered_items",
    "same_content",
    "similar_pieces",
    "versions_of",
    "visible_pieces",
]

NearDuplicates = Callable[
    [int], Iterable[int]
]  # of a stored file (id): the stored files that say nearly the same


def visible_pieces(user: User | Rights) -> QuerySet[Piece]:
    """The pieces that a person may see (also by rights that were read before): one query with one join, never asked row by
    row. What was discarded is left out."""
    return visible_to(user if isinstance(user, Rights) else rights_of(user))


def same_content(rights: Rights, file_ids: Collection[int], *, but: int | None = None) -> list[PieceVersion]:
    """Versions of other pieces with exactly this content, among those that the person may see: nothing is told of others."""
    rows = PieceVersion.objects.filter(file__in=file_ids, piece__in=visible_to(rights).values("pk"))
    return list(rows.exclude(piece=but).select_related("piece", "piece__unit").order_by("piece_id", "number"))


def versions_of(piece: Piece) -> list[PieceVersion]:
    """All files of a piece, the newest first, with when each was accepted (`accessions`)."""
    rows = piece.versions.select_related("file", "by").prefetch_related("accessions")
    return list(rows.order_by("-number"))


def accession_of(piece: Piece) -> Accession | None:
    """What counts of the piece now."""
    return Accession.objects.counting().filter(piece=piece).select_related("version", "accepted_by").first()


def answered_items(piece: Piece) -> list[ChecklistItem]:
    """Checklist items that name the same paper: they need no upload of their own."""
    rows = ChecklistItem.objects.filter(material_terms__requirement__pieces=piece).distinct()
    return list(rows.order_by("indicator__number", "order"))


def similar_pieces(rights: Rights, piece: Piece, version: PieceVersion) -> list[Piece]:
    """Other pieces whose text is nearly the same, among those that the person may see (settings.NEAR_DUPLICATES)."""
    if not settings.NEAR_DUPLICATES:
        return []
    near: NearDuplicates = import_string(settings.NEAR_DUPLICATES)
    files = [pk for pk in near(version.file_id) if pk != version.file_id]
    if not files:
        return []
    rows = visible_to(rights).filter(versions__file__in=files).exclude(pk=piece.pk)
    return list(rows.select_related("unit").distinct().order_by("archive_number", "pk")[:5])
