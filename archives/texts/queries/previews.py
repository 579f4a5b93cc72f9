"""What a page shows of a stored file: pictures of a PDF's pages, a smaller picture, cleaned HTML, the first rows of tables.

Made by the reading process when first looked at and kept in the cache: a content never changes. Nothing that a browser
would run gets through: a PDF is shown as pictures, HTML is cleaned down to a few elements, everything else is text.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import nh3
from django.conf import settings
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe

from archives.texts.models import FileText
from archives.texts.reading.child import draw, show
from archives.texts.rules.problems import ENCRYPTED, MISSING, PROBLEMS, UNUSABLE
from chuangmo.files.models import StoredFile

__all__ = ["Preview", "picture_of", "preview_of"]

T = TypeVar("T")
PDF = "application/pdf"
FAILED_SECONDS = 600
MOST_PICTURES = 300  # of a PDF's pages; the rest is for whoever downloads it
TAGS = {
    "p", "br", "strong", "em", "u", "s", "sub", "sup", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "blockquote", "img", "hr",
}  # fmt: skip
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src", "alt"}}


@dataclass(frozen=True, slots=True)
class Preview:
    """kind: pictures (numbers of a PDF's pages in `pictures`), picture, html, tables, text, none. `words` says in
    Chinese why nothing is shown, or what is left out."""

    kind: str
    words: str = ""
    pictures: range = range(0)
    html: str = ""  # cleaned, and marked as safe
    tables: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def preview_of(stored_file: StoredFile) -> Preview:
    """One query; the first look at an Office file takes a second, later ones nothing."""
    path, mime = _path(stored_file), stored_file.mime
    if not path.is_file():
        return Preview("none", "存储中没有这个文件，请告知管理员。")
    if mime.startswith("image/") and mime != "image/svg+xml":
        return Preview("picture")
    if mime == PDF:
        return _pdf(stored_file)
    if mime.startswith("video/") or mime == "application/zip":
        return Preview("none", "这种文件不在页面上显示，请下载查看。")
    return _shown(_kept(f"show:{stored_file.sha256}", lambda: show(path, mime)))


def picture_of(stored_file: StoredFile, page: int = 1) -> tuple[bytes, str]:
    """The picture (of that page of a PDF) and its MIME type; empty where there is none."""
    path, mime = _path(stored_file), stored_file.mime
    if mime != PDF and not mime.startswith("image/"):
        return b"", ""
    content = _kept(f"draw:{stored_file.sha256}:{page}", lambda: draw(path, mime, page=page))
    return content, "image/png" if mime == PDF else "image/jpeg"


def _pdf(stored_file: StoredFile) -> Preview:
    text = FileText.objects.filter(file=stored_file).first()
    if text is None:
        return Preview("none", "文件正在读取，稍后刷新本页。")
    if text.problem in {ENCRYPTED, MISSING} or (text.problem in UNUSABLE and not text.pages):
        return Preview("none", f"{PROBLEMS[text.problem]}，不能显示。")
    if shutil.which("pdftoppm") is None:
        return Preview("none", "服务器没有安装 PDF 显示组件（poppler-utils），请下载查看；下面是读出的文字。")
    shown = min(text.pages, MOST_PICTURES)
    left = f"共 {text.pages} 页，只显示前 {shown} 页。" if shown < text.pages else ""
    return Preview("pictures", left, pictures=range(1, shown + 1))


def _shown(answer: dict[str, Any]) -> Preview:
    kind = answer["kind"]
    if kind == "html":
        return Preview("html", html=_cleaned(answer["html"]))
    if kind == "tables":
        cut = any(table["is_cut"] for table in answer["tables"])
        return Preview("tables", "只显示每张表的开头。" if cut else "", tables=answer["tables"])
    if kind == "pages":
        return Preview("text", texts=answer["pages"])
    return Preview("none", f"{PROBLEMS.get(answer['problem'], '没有可显示的内容')}，请下载查看。")


def _cleaned(html: str) -> SafeString:
    """The few elements of a text; pictures only where they are in the file itself."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"data"},
        link_rel=None,
        attribute_filter=lambda tag, name, value: (
            None if name == "src" and not value.startswith(("data:image/png", "data:image/jpeg")) else value
        ),
    )
    return mark_safe(cleaned)  # cleaned just now


def _path(stored_file: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / stored_file.path


def _kept(key: str, make: Callable[[], T]) -> T:
    """From the cache, or made now; what could not be made is tried again after some minutes."""
    cache = caches["previews"]
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        failed = not found or (isinstance(found, dict) and found.get("kind") == "none")
        cache.set(key, found, timeout=FAILED_SECONDS if failed else None)
    return found
