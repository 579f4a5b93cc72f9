"""Full-text search over stored files. The index knows files only: who may see what is said by the `within` of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from archives.texts.models import Chunk
from archives.texts.rules.snippets import Part, first_place, snippet
from archives.texts.rules.terms import Phrase, Wanted, wanted_of

__all__ = ["FoundFile", "Hit", "hits_in", "search"]

MOST_FILES, HITS_SHOWN = 1_000, 3


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that holds everything that was asked for: in how many places as it was typed, and in how many at all."""

    file_id: int
    exact: int
    places: int


@dataclass(frozen=True, slots=True)
class Hit:
    page: int
    parts: list[Part]


def search(query: str, within: QuerySet[Any] | None = None) -> list[FoundFile]:
    """The files that hold each of what was typed, the best first, at most a thousand. One query.

    `within`: a queryset of one column, the ids of the stored files that may be found; None for all.
    """
    wanted = wanted_of(query)
    if not wanted:
        return []
    chunks = Chunk.objects.filter(id__in=_lines(_any(wanted)))
    for one in wanted if len(wanted) > 1 else []:
        chunks = chunks.filter(text__in=Chunk.objects.filter(id__in=_lines(_any([one]))).values("text"))
    if within is not None:
        chunks = chunks.filter(text__in=within)
    exact = Q(id__in=_lines([[one.exact] for one in wanted]))
    rows = (
        chunks.order_by()
        .values("text_id")
        .annotate(exact=Count("id", filter=exact), places=Count("id"))
        .order_by("-exact", "-places", "-text_id")
        .values_list("text_id", "exact", "places")
    )
    return [FoundFile(*row) for row in rows[:MOST_FILES]]


def hits_in(query: str, file_ids: Sequence[int]) -> dict[int, list[Hit]]:
    """The first places of each of these (few) files that hold anything of what was typed. One query."""
    wanted = wanted_of(query)
    found: dict[int, list[Hit]] = {file_id: [] for file_id in file_ids}
    if not wanted:
        return found
    needles = needles_of(wanted)
    rows = (
        Chunk.objects.filter(text__in=file_ids, id__in=_lines(_any(wanted)))
        .order_by("text", "page", "order")
        .values_list("text_id", "page", "body", "tail")
    )
    for file_id, page, body, tail in rows.iterator():
        text = body + tail
        place = first_place(text, needles)
        if len(found[file_id]) < HITS_SHOWN and (
            place is None or place < len(body)
        ):  # else the next chunk has it
            found[file_id].append(Hit(page, snippet(text, needles)))
    return found


def needles_of(wanted: Iterable[Wanted]) -> list[str]:
    """What to mark: first everything as it was typed, then the words."""
    return [one.needles[0] for one in wanted] + [word for one in wanted for word in one.needles[1:]]


def _any(wanted: Sequence[Wanted]) -> list[list[Phrase]]:
    """Any of what was typed, each as it stands or as all of its words: a list of ways, each a list of phrases to hold."""
    return [way for one in wanted for way in ([one.exact], list(one.words)) if way]


def _lines(ways: Sequence[Sequence[Phrase]]) -> RawSQL:
    """The numbers of the index's lines that hold every phrase of one of the ways."""
    if connection.vendor == "postgresql":
        asked = " | ".join(f"({' & '.join(map(_tsquery, way))})" for way in ways)
        return RawSQL("SELECT id FROM texts_index WHERE terms @@ %s::tsquery", [asked])
    asked = " OR ".join(f"({' AND '.join(map(_fts5, way))})" for way in ways)
    return RawSQL("SELECT rowid FROM texts_index WHERE texts_index MATCH %s", [asked])


def _tsquery(phrase: Phrase) -> str:
    terms = [f"'{term}'" for term in phrase.terms]
    return f"({' <-> '.join(terms)}{':*' if phrase.is_prefix else ''})"


def _fts5(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.terms)}"{"*" if phrase.is_prefix else ""}'
