"""Search in the archive: pieces whose title, document or archive number, or whose file's text holds what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

from django.db.models import Max, Q, QuerySet

from archives.holdings.models import Piece, PieceVersion
from archives.holdings.queries import visible_pieces
from archives.holdings.rules.standing import PieceState
from archives.texts.queries.search import Hit, hits_in, needles_of, search
from archives.texts.rules.snippets import Part, marked
from archives.texts.rules.terms import MOST_TERMS, wanted_of
from chuangmo.access.queries import Rights

__all__ = ["STATES", "FoundPiece", "fill", "find_pieces", "narrowed"]

# What may be chosen under “状态”, and the states of a case that it stands for.
STATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    PieceState.ACCEPTED: ("已归档", ("accepted", "unlocked")),
    PieceState.OFFERED: ("在审", ("submitted", "signed_off", "verified")),
    PieceState.RETURNED: ("已退回", ("returned",)),
    PieceState.DRAFT: ("草稿", ("draft",)),
}


@dataclass(slots=True)
class FoundPiece:
    """A piece that was found by its title or by the text of a version. The rest is filled in for the page that is shown."""

    piece_id: int
    version_id: int | None = None
    file_id: int | None = None
    piece: Piece | None = None
    version: PieceVersion | None = None
    is_old: bool = False
    title: list[Part] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)


def narrowed(rights: Rights, values: Mapping[str, str]) -> QuerySet[Piece]:
    """The pieces that the person may see and that fit the filters (indicator, year, kind, unit, state); what cannot be read
    filters nothing."""
    pieces = visible_pieces(rights)
    if (number := _number(values.get("indicator", ""))) is not None:
        pieces = pieces.filter(indicators__number=number)
    if (year := _number(values.get("year", ""))) is not None:
        pieces = pieces.filter(Q(year=year) | Q(covers_from__lte=year, year__gte=year))
    if (unit := _number(values.get("unit", ""))) is not None:
        pieces = pieces.filter(unit=unit)
    if kind := values.get("kind", ""):
        pieces = pieces.filter(kind=kind)
    if (state := STATES.get(values.get("state", ""))) is not None:
        pieces = pieces.filter(case__state__in=state[1])
    return pieces


def find_pieces(query: str, pieces: QuerySet[Piece]) -> list[FoundPiece]:
    """What holds everything that was typed: by title or number first, then by text, the best first. Three queries."""
    words = query.split()[:MOST_TERMS]
    if not words:
        return []
    ids = pieces.order_by().values("pk")
    named = reduce(and_, (_names(word) for word in words))
    found = {
        pk: FoundPiece(pk)
        for pk in Piece.objects.filter(named, pk__in=ids).order_by("-year", "pk").values_list("pk", flat=True)
    }
    versions = PieceVersion.objects.filter(piece__in=ids)
    files = [one.file_id for one in search(query, versions.values("file"))]
    for file_id, piece_id, version_id in _holders(versions, files):
        one = found.setdefault(piece_id, FoundPiece(piece_id))
        if one.version_id is None:
            one.version_id, one.file_id = version_id, file_id
    return list(found.values())


def fill(query: str, page: list[FoundPiece]) -> list[FoundPiece]:
    """Pieces, versions and marked places for the results that are shown. Five queries, whatever their number."""
    needles = needles_of(wanted_of(query))
    pieces = (
        Piece.objects.filter(pk__in=[one.piece_id for one in page])
        .select_related("unit", "case", "indicator")
        .annotate(last_number=Max("versions__number"))
    )
    by_id = {one.pk: one for one in pieces}
    versions = {}
    for row in PieceVersion.objects.filter(piece__in=by_id).order_by("number"):
        versions[row.pk] = row
    newest = {row.piece_id: row for row in versions.values()}
    hits = hits_in(query, [one.file_id for one in page if one.file_id is not None])
    for one in page:
        one.piece = by_id[one.piece_id]
        one.version = versions.get(one.version_id or 0) or newest.get(one.piece_id)
        one.is_old = one.version is not None and one.version.number != newest[one.piece_id].number
        one.title = marked(one.piece.title, needles)
        one.hits = hits.get(one.file_id or 0, [])
    return page


def _names(word: str) -> Q:
    return Q(title__icontains=word) | Q(archive_number__icontains=word) | Q(document_number__icontains=word)


def _holders(versions: QuerySet[PieceVersion], files: list[int]) -> list[tuple[int, int, int]]:
    """(file, piece, version) in the order of the files, of each piece its newest version first."""
    rank = {file_id: place for place, file_id in enumerate(files)}
    rows = versions.filter(file__in=files).order_by("-number").values_list("file_id", "piece_id", "pk")
    return sorted(rows, key=lambda row: rank[row[0]])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None
