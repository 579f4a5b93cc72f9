"""What stands around the chapters of a book, and what decides a chapter's pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.template.loader import get_template

from archives.dossiers.services.printing import Printed, chapter_html, print_html, sheet_path
from archives.snapshots.models import Snapshot, SnapshotChapter

__all__ = ["Book", "book_of"]

# Of the rules and services that set and print: a new one prints every chapter anew.
VERSION = "1"
_TEMPLATES = ("chapter.html", "_blocks.html")


@dataclass(frozen=True)
class Book:
    """The words around: running head, foot, mark of the demonstration."""

    title: str
    subtitle: str
    as_of: str
    office: str
    is_demo: bool

    @property
    def head(self) -> str:
        return f"{self.title} · {self.subtitle}"

    def print_key(self, chapter: SnapshotChapter) -> str:
        """Digest of all that decides the chapter's pages: its content, the words around, style sheet and templates."""
        parts = [
            VERSION,
            _look(),
            chapter.digest,
            self.head,
            self.as_of,
            str(self.is_demo),
            settings.SITE_URL,
        ]
        return sha256("\n".join(parts).encode()).hexdigest()

    def html(self, chapter: SnapshotChapter | Any) -> str:
        """The chapter's HTML; anything with slug, number, title, digest and content will do."""
        return chapter_html(
            slug=chapter.slug,
            number=chapter.number,
            title=chapter.title,
            content=chapter.content,
            book_title=self.head,
            foot=f"数据截至 {self.as_of} · 本章摘要 {chapter.digest[:16]}",
            is_demo=self.is_demo,
        )

    def printed(self, chapter: SnapshotChapter) -> Printed:
        """The chapter's pages."""
        return print_html(self.html(chapter))


def book_of(snapshot: Snapshot) -> Book:
    """What the snapshot's cover says. One query."""
    cover = snapshot.chapters.get(slug="cover").content
    return Book(
        title=cover["title"],
        subtitle=cover["subtitle"],
        as_of=cover["as_of"],
        office=cover["office"],
        is_demo=cover["is_demonstration"],
    )


@lru_cache(maxsize=1)
def _look() -> str:
    """Digest of style sheet, templates and the printing library's version."""
    found = sha256(version("weasyprint").encode())
    found.update(sheet_path().read_bytes())
    for name in _TEMPLATES:
        template: Any = get_template(f"dossiers/print/{name}")
        found.update(template.template.source.encode())
    return found.hexdigest()
