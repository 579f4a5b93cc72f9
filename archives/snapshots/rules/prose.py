"""What the office's texts may hold, and how they are typed. Pure.

A text is typed as plain lines with three marks, which need no mouse and survive copying from anywhere:

    ## 小标题          a heading (one level; chapters have their own above it)
    - 一条            an item of a list;  1. 一条  of a numbered one
    **加粗**          bold

A blank line begins a new paragraph. What is stored is HTML of these elements and no other; no links, no pictures, no styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

import nh3

__all__ = ["TAGS", "cited_numbers", "clean", "html_of", "is_blank", "text_of"]

TAGS = {"p", "h4", "strong", "ul", "ol", "li", "br"}
_RENAMED = {"b": "strong", "h1": "h4", "h2": "h4", "h3": "h4", "h5": "h4", "h6": "h4", "div": "p"}
_OPENING = re.compile(r"<(/?)(b|h1|h2|h3|h5|h6|div)(?=[\s>/])", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•·]|(?P<number>\d{1,2})[.、．)）])\s+(?P<words>.+)$")
_HEADING = re.compile(r"^\s*#{1,6}\s*(?P<words>.+?)\s*#*$")
_BOLD = re.compile(r"\*\*(?P<words>.+?)\*\*")
_TAG = re.compile(r"<[^>]*>")
_CITED = re.compile(r"〔([^〔〕\s]{6,60})〕")


def clean(html: str) -> str:
    """HTML from anywhere reduced to the elements of `TAGS`, without any attribute; contents of scripts and styles go."""
    renamed = _OPENING.sub(lambda found: f"<{found[1]}{_RENAMED[found[2].lower()]}", html)
    return nh3.clean(
        renamed,
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "textarea", "iframe", "svg", "math"},
        attributes={},
        link_rel=None,
        strip_comments=True,
    ).strip()


def is_blank(html: str) -> bool:
    """Whether nothing would be read."""
    return not unescape(_TAG.sub("", html)).strip()


def html_of(text: str) -> str:
    """Typed lines as HTML, clean already."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return clean("".join(piece for block in blocks for piece in _block(block.split("\n"))))


def _block(lines: list[str]) -> Iterator[str]:
    """Runs of items become lists, headings stand alone, the rest of the lines is one paragraph."""
    plain: list[str] = []
    items: list[tuple[str, str]] = []
    for line in [*lines, ""]:
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if plain and (heading or item or not line.strip()):
            yield f"<p>{'<br>'.join(plain)}</p>"
            plain = []
        if items and (not item or items[0][0] != _list_of(item)):
            yield _listed(items)
            items = []
        if heading:
            yield f"<h4>{_inline(heading['words'])}</h4>"
        elif item:
            items.append((_list_of(item), _inline(item["words"])))
        elif line.strip():
            plain.append(_inline(line.strip()))


def _list_of(item: re.Match[str]) -> str:
    return "ol" if item["number"] else "ul"


def _listed(items: list[tuple[str, str]]) -> str:
    kind = items[0][0]
    return f"<{kind}>{''.join(f'<li>{words}</li>' for _, words in items)}</{kind}>"


def _inline(words: str) -> str:
    return _BOLD.sub(r"<strong>\g<words></strong>", escape(words, quote=False))


def text_of(html: str) -> str:
    """Stored HTML as lines that can be typed on: `html_of(text_of(html))` is the same HTML."""
    out: list[str] = []
    for found in re.finditer(
        r"<h4>(?P<heading>.*?)</h4>|<(?P<list>ul|ol)>(?P<items>.*?)</(?P=list)>|<p>(?P<words>.*?)</p>",
        html,
        re.DOTALL,
    ):
        if found["heading"] is not None:
            out.append(f"## {_marked(found['heading'])}")
        elif found["list"]:
            items = re.findall(r"<li>(.*?)</li>", found["items"], re.DOTALL)
            ordered = found["list"] == "ol"
            out.append(
                "\n".join(
                    f"{f'{place}.' if ordered else '-'} {_marked(item)}"
                    for place, item in enumerate(items, 1)
                )
            )
        else:
            out.append(_marked(found["words"]))
    return "\n\n".join(out)


def _marked(html: str) -> str:
    bold = re.sub(r"</?strong>", "**", html)
    lines = re.sub(r"\s*<br\s*/?>\s*", "\n", bold)
    return unescape(_TAG.sub("", lines)).strip()


def cited_numbers(html: str) -> list[str]:
    """Archive numbers that a text cites as 〔档号〕, each once, in order."""
    return list(dict.fromkeys(_CITED.findall(unescape(_TAG.sub("", html)))))
