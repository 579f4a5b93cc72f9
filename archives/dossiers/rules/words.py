"""Words of the book: chapter numbers in Chinese, escaped text with citations as links. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from chuangmo.shell import signs

__all__ = ["Cites", "badge", "chapter_words", "page_label"]

_DIGITS = "零一二三四五六七八九"
_CITED = re.compile(r"〔([^〔〕\s<>]{6,60})〕")


def chapter_words(number: str) -> str:
    """8 → 第八章, 26 → 第二十六章; a number that is none (总, 前) has no words."""
    if not number.isdecimal():
        return ""
    value = int(number)
    if not 0 < value < 100:
        return f"第 {value} 章"
    tens, ones = divmod(value, 10)
    words = ("" if tens <= 1 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    return f"第{words}章"


def page_label(number: str, page: int) -> str:
    """8-3: the third page of chapter 8."""
    return f"{number}-{page}"


def badge(status: str, word: str = "") -> str:
    """Sign, word and colour of a verdict, as HTML."""
    sign = signs.status(status)
    return f'<span class="st {sign.css}"><span class="st-sign">{sign.sign}</span>{escape(word or sign.word)}</span>'


class Cites:
    """Escapes text and makes 〔档号〕 a link where the piece is known. `urls`: archive number → address of the piece."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls

    def __call__(self, text: str) -> str:
        """Plain text as HTML."""
        return self.in_html(escape(text, quote=False)).replace("\n", "<br>")

    def in_html(self, html: str) -> str:
        """Citations in HTML that is clean already."""
        return _CITED.sub(self._linked, html)

    def _linked(self, found: re.Match[str]) -> str:
        url = self._urls.get(found[1])
        return f'<a class="cite" href="{escape(url)}">{found[0]}</a>' if url else found[0]
