"""Boxes and folders with what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from archives.holdings.models import Accession, Box, Folder, Piece

__all__ = ["FolderList", "boxes", "folder_list", "folders_of"]


@dataclass(frozen=True, slots=True)
class FolderList:
    """A folder with its pieces in the order of pages (what counts of each, and the piece)."""

    folder: Folder
    rows: Sequence[tuple[Piece, Accession]]

    @property
    def pages(self) -> int:
        """How many pages the folder has by its last page."""
        return max((piece.page_to or piece.page_from or 0 for piece, _ in self.rows), default=0)


def boxes() -> QuerySet[Box]:
    """All boxes with how many folders and pieces each holds."""
    return Box.objects.select_related("fonds").annotate(
        folder_count=Count("folders", distinct=True), piece_count=Count("folders__pieces", distinct=True)
    )


def folders_of(box: Box) -> list[FolderList]:
    """The folders of a box with their pieces: three queries."""
    folders = list(Folder.objects.filter(box=box).order_by("number"))
    return _lists(folders)


def folder_list(folder: Folder) -> FolderList:
    """One folder with its pieces."""
    return _lists([folder])[0]


def _lists(folders: Sequence[Folder]) -> list[FolderList]:
    pieces = list(
        Piece.objects.filter(folder__in=[folder.pk for folder in folders]).order_by(
            "page_from", "archive_number"
        )
    )
    current = {
        one.piece_id: one
        for one in Accession.objects.counting().filter(piece__in=[piece.pk for piece in pieces])
    }
    return [
        FolderList(
            folder,
            [(piece, current[piece.pk]) for piece in pieces if piece.folder_id == folder.pk],
        )
        for folder in folders
    ]
