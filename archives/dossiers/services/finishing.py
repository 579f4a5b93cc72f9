"""The end of making: all chapters bound into one file, kept by its hash, told to whoever asked for it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from archives.dossiers.models import Dossier, DossierState
from archives.dossiers.services import cache
from archives.dossiers.services.binding import BoundChapter, bind, front_pages
from archives.dossiers.services.book import Book, book_of
from archives.dossiers.services.giving_out import give_out, reserve
from archives.dossiers.services.making import print_again
from chuangmo.audit.services import record
from chuangmo.files.models import MaterialKind, StoredFile
from chuangmo.files.services import attach, store
from chuangmo.notices.rules.kinds import DECISION
from chuangmo.notices.services import notify
from chuangmo.org.queries import city_office_ids

__all__ = ["finish_dossier"]


def finish_dossier(dossier_id: int) -> dict[str, int] | None:
    """Bind and publish. None where there is nothing to do (any more), or where chapters have to be printed anew first.

    Until the last statement nobody sees anything of it; whatever breaks off before leaves no trace but files in the cache.
    """
    dossier = Dossier.objects.select_related("snapshot__plan", "requested_by").get(pk=dossier_id)
    if not dossier.is_making:
        return None
    chapters = _chapters(dossier)
    if chapters is None:
        return None
    book = book_of(dossier.snapshot)
    code = reserve(dossier)
    with tempfile.TemporaryDirectory(prefix=".bind-", dir=cache.folder()) as scratch:
        target = Path(scratch) / "dossier.pdf"
        try:
            pages = _bind(dossier, book, chapters, code, target)
        except LookupError:  # the machine's fonts are not those that chapters were printed with
            _print_anew(dossier)
            return None
        file = _stored(target)
        done = _publish(dossier, book, file, pages)
    cache.prune()
    return {"pages": pages, "bytes": file.size} if done else None


def _chapters(dossier: Dossier) -> Sequence[BoundChapter] | None:
    """All printed chapters in order; those that are gone from the cache are asked for anew."""
    found, gone = [], []
    for chapter in dossier.chapters.order_by("order"):
        printed = cache.fetch(chapter.print_key)
        if printed is None:
            gone.append(chapter.slug)
        else:
            found.append(BoundChapter(chapter.slug, chapter.number, chapter.title, printed))
    if gone:
        print_again(dossier_id=dossier.pk, slugs=gone)
        return None
    return found


def _print_anew(dossier: Dossier) -> None:
    rows = list(dossier.chapters.all())
    for row in rows:
        cache.forget(row.print_key)
    print_again(dossier_id=dossier.pk, slugs=[row.slug for row in rows])


def _bind(dossier: Dossier, book: Book, chapters: Sequence[BoundChapter], code: str, target: Path) -> int:
    snapshot = dossier.snapshot
    front = front_pages(
        {
            "cover": snapshot.chapters.get(slug="cover").content,
            "snapshot": snapshot,
            "as_of": snapshot.as_of,
            "taken_at": timezone.localtime(snapshot.taken_at),
            "sealed_at": timezone.localtime(snapshot.sealed_at) if snapshot.sealed_at else None,
            "printed_code": code,
            "verify_url": f"{settings.SITE_URL}/verify/{code}/" if code else "",
            "book_title": book.head,
            "foot": f"数据截至 {book.as_of} · 快照摘要 {snapshot.digest[:16]}",
            "is_demo": book.is_demo,
        },
        chapters,
    )
    return bind([*front, *chapters], target, title=f"{book.title}{book.subtitle}", author=book.office)


def _stored(path: Path) -> StoredFile:
    with path.open("rb") as source:
        upload = UploadedFile(source, name="dossier.pdf", size=path.stat().st_size)
        return store(upload)


@transaction.atomic
def _publish(dossier: Dossier, book: Book, file: StoredFile, pages: int) -> bool:
    """From now on it is there, whole. False where it was stopped meanwhile."""
    by = dossier.requested_by
    # Held first: it may be stopped, or published by another worker, at this very moment.
    held = Dossier.objects.select_for_update().filter(pk=dossier.pk, state=DossierState.MAKING)
    if not held.exists():
        return False
    file_row = attach(
        by=by,
        file=file,
        name=f"{book.title}{book.subtitle}（截至{book.as_of}）.pdf",
        owner_kind="dossier",
        owner_id=dossier.pk,
        owner_label=str(dossier),
        unit_id=next(iter(city_office_ids()), 0),
        kind=MaterialKind.STATEMENT,
    )
    held.update(state=DossierState.DONE, file=file_row, pages=pages, finished_at=timezone.now())
    give_out(dossier, file)
    record(
        by=by,
        action="预评估资料成册",
        object_kind="dossier",
        object_id=dossier.pk,
        label=str(dossier),
        changes={"SHA-256": ["", file.sha256], "页数": [None, pages]},
    )
    notify(
        to=[by],
        kind=DECISION,
        title="预评估资料已经成册",
        text=f"{dossier.snapshot.title}，共 {pages} 页。",
        action="查看",
        url=dossier.get_absolute_url(),
        subject_kind="dossier",
        subject_id=dossier.pk,
        subject_label=str(dossier),
        key=f"dossier-{dossier.pk}",
    )
    return True
