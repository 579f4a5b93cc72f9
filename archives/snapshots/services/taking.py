"""Taking a snapshot: everything read at one moment, written once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from archives.snapshots.content import ChapterContent, canonical, digest_of, digest_of_chapters
from archives.snapshots.models import Narrative, Snapshot, SnapshotChapter
from archives.snapshots.rights import may_write
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import last_seal, record
from chuangmo.errors import Invalid, Refused
from indicators.plan.models import Plan

__all__ = ["GatheredChapter", "gather", "take_snapshot"]


@dataclass(frozen=True)
class GatheredChapter:
    """A chapter as it would be stored."""

    slug: str
    number: str
    title: str
    body: str
    digest: str


def take_snapshot(*, by: User, plan: Plan, as_of: date, title: str) -> Snapshot:
    """Freeze everything that the dossier says on a day of the plan's year. Refused, Invalid.

    Everything is read in one transaction that sees one state of the database, whatever is written meanwhile.
    """
    if not may_write(rights_of(by)):
        raise Refused("快照由创模办固化。")
    if not title.strip():
        raise Invalid({"title": "请给快照起个名称，如“5 月底初稿”"})
    if as_of.year != plan.year:
        raise Invalid({"as_of": f"截至日期应在 {plan.year} 年内"})
    with _one_moment():
        chapters = gather(plan, as_of)
        return _write(by, plan, as_of, title.strip()[:60], chapters)


def gather(plan: Plan, as_of: date, slugs: Sequence[str] = ()) -> list[GatheredChapter]:
    """Read all chapters as they are now (those named, where any are), with the office's texts in them; nothing is written."""
    texts: dict[str, dict[str, str]] = {}
    for row in Narrative.objects.filter(plan=plan).exclude(html="").order_by("chapter", "block"):
        texts.setdefault(row.chapter, {})[row.block] = row.html
    found: list[ChapterContent] = []
    for path in settings.DOSSIER_CHAPTERS:
        found += import_string(path)(plan, as_of)
    gathered, last = [], 0
    for chapter in found:
        number = chapter.number
        if number is None:
            number = str(last + 1)
        last = int(number) if number.isdecimal() else last
        if not slugs or chapter.slug in slugs:
            gathered.append(_frozen(chapter, number, texts.get(chapter.slug, {})))
    return gathered


def _frozen(chapter: ChapterContent, number: str, texts: dict[str, str]) -> GatheredChapter:
    content: dict[str, Any] = {**chapter.content, "narratives": texts}
    body = canonical(content)
    digest = digest_of(slug=chapter.slug, number=number, title=chapter.title, body=body)
    return GatheredChapter(chapter.slug, number, chapter.title, body, digest)


def _write(by: User, plan: Plan, as_of: date, title: str, chapters: Sequence[GatheredChapter]) -> Snapshot:
    seal = last_seal()
    snapshot = Snapshot.objects.create(
        plan=plan,
        title=title,
        as_of=as_of,
        digest=digest_of_chapters(plan.code, as_of.isoformat(), [(one.slug, one.digest) for one in chapters]),
        taken_at=timezone.now(),
        by=by,
        seal_no=seal.seal_no if seal else None,
        seal_digest=seal.digest if seal else "",
        sealed_at=seal.sealed_at if seal else None,
    )
    SnapshotChapter.objects.bulk_create(
        SnapshotChapter(
            snapshot=snapshot,
            order=order,
            slug=one.slug,
            number=one.number,
            title=one.title,
            body=one.body,
            digest=one.digest,
        )
        for order, one in enumerate(chapters)
    )
    record(
        by=by,
        action="固化快照",
        object_kind="snapshot",
        object_id=snapshot.pk,
        label=str(snapshot),
        changes={"摘要": ["", snapshot.digest]},
    )
    return snapshot


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction whose reads all see the same state. SQLite's do (nobody writes beside it); PostgreSQL is asked for it,
    which it can only be at the very beginning."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
