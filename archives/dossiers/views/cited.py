"""The pieces that a dossier cites, as its snapshot froze them: for its readers, who see nothing else of the archive."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archives.dossiers.models import Dossier
from archives.dossiers.rights import cited_by, cited_versions
from archives.dossiers.views._asked import dossier_asked
from archives.snapshots.rules.places import INDICATOR
from chuangmo.access.queries import rights_for

__all__ = ["cited_list", "cited_piece"]

PER_PAGE = 100


@never_cache
@require_safe
def cited_list(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """All of them by archive number; `?q=` narrows to what stands in the number, the title or the indicator (8)."""
    dossier, rows = _asked(request, dossier_id)
    query = request.GET.get("q", "").strip()[:100]
    shown = [_shown(row) for row in rows.values()]
    shown = [one for one in shown if not query or query in one["words"] or query in one["numbers"]]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "dossiers/cited_list.html",
        {
            "page_title": "引用的佐证材料",
            "dossier": dossier,
            "page": page,
            "query": query,
            "total": len(rows),
        },
    )


@never_cache
@require_safe
def cited_piece(request: HttpRequest, dossier_id: int, piece_id: int) -> HttpResponse:
    """One of them with its file; 404 for a piece that the dossier does not cite."""
    dossier, rows = _asked(request, dossier_id)
    row = rows.get(piece_id)
    if row is None:
        raise Http404("这份资料没有引用这件材料")
    return render(
        request,
        "dossiers/cited_piece.html",
        {
            "page_title": row["title"],
            "dossier": dossier,
            "row": _shown(row),
            "version": cited_versions({piece_id: row}).first(),
        },
    )


def _asked(request: HttpRequest, dossier_id: int) -> tuple[Dossier, dict[int, dict[str, Any]]]:
    dossier = dossier_asked(request, dossier_id)
    rows = cited_by(rights_for(request), dossier)
    if not rows:
        raise Http404("这份资料没有可以查阅的佐证材料")
    return dossier, rows


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the numbers of the indicators that cite it, and the words that are looked through."""
    numbers = [str(int(slug.removeprefix(INDICATOR))) for slug in row["chapters"]]
    return {**row, "numbers": numbers, "words": f"{row['archive_number']} {row['title']}"}
