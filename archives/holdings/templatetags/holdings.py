"""Small drawings of the archive's pages: `{% load holdings %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from archives.holdings.queries.catalogue import Matrix, MatrixRow
from archives.holdings.rules.standing import SlotState
from archives.holdings.signs import PIECE_SIGNS, SLOT_SIGNS
from chuangmo.files.models import MaterialKind
from chuangmo.shell.signs import state as sign_of
from chuangmo.shell.templatetags.shell import state_badge

register = template.Library()
NOTHING = '<td><span class="muted" aria-hidden="true">·</span><span class="vh">不需要</span></td>'


def _small(state: str) -> str:
    """Sign of a cell; its word is there for readers aloud and under the pointer."""
    code, word = SLOT_SIGNS[state]
    sign = sign_of(code)
    return (
        f'<span class="sq {sign.css}" title="{word}"><span aria-hidden="true">{sign.short or sign.sign}</span>'
        f'<span class="vh">{word}</span></span>'
    )


_SMALL: Mapping[str, str] = {state: _small(state) for state in SlotState}


@register.simple_tag
def slot_sign(state: str) -> SafeString:
    return mark_safe(_SMALL[state])


@register.simple_tag
def slot_badge(state: str) -> SafeString:
    """Sign, word and colour of where a wanted paper stands."""
    return state_badge(*SLOT_SIGNS[state])


@register.simple_tag
def piece_badge(state: str) -> SafeString:
    """Sign, word and colour of where a piece stands."""
    return state_badge(*PIECE_SIGNS[state])


@register.simple_tag
def archive_cells(matrix: Matrix, row: MatrixRow, url: str, query: str = "") -> SafeString:
    """The cells of one indicator, each leading to those papers of its catalogue. A tag for a whole row: the table has some
    hundreds of cells, and all that goes into them are numbers, our own signs and the address."""
    start = f"{escape(url)}?{escape(query)}{'&amp;' if query else ''}"
    cells = []
    for (year, kind), cell in zip(matrix.columns, row.cells, strict=True):
        if cell is None:
            cells.append(NOTHING)
            continue
        cells.append(
            f'<td><a class="mx" href="{start}{escape(urlencode([("year", year), ("kind", kind)]))}">{_SMALL[cell.state]}'
            f'<span class="small">{cell.accepted:d}/{cell.wanted:d}</span></a></td>'
        )
    return mark_safe("".join(cells))


@register.simple_tag
def meter(part: int, whole: int) -> SafeString:
    """“12/40 30%”, the share in words; an em dash where nothing is wanted."""
    if not whole:
        return SafeString("—")
    return format_html(
        '<span class="nowrap">{}/{} <b>{}%</b></span>', part, whole, f"{100 * part / whole:.0f}"
    )


@register.filter
def lookup(names: Mapping[Any, Any], key: Any) -> Any:
    return names.get(key, "")


@register.filter
def short_kind(kind: str) -> str:
    """发文 · 报告 · 图片 · 表格: the kinds in the heads of narrow columns."""
    return kind[:2] if kind == MaterialKind.PICTURE else kind[2:]
