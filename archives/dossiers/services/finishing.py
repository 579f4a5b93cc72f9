"""The end of making: all chapters bound into one book; then PDF/A, workbook and package made of it and published together."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from archives.books.services.editions import Codes, Edition, Made, evidence_of, make_edition
from archives.dossiers.models import Dossier, DossierState
from archives.dossiers.services import cache
from archives.dossiers.services.binding import BoundChapter, bind, front_pages
from archives.dossiers.services.book import Book, book_of
from archives.dossiers.services.giving_out import give_out, reserved
from archives.dossiers.services.making import ask_to_issue, bind_again, print_again
from chuangmo.audit.services import record
from chuangmo.files.models import Attachment, MaterialKind, StoredFile
from chuangmo.files.services import attach, store
from chuangmo.notices.rules.kinds import DECISION
from chuangmo.notices.services import notify
from chuangmo.org.queries import city_office_ids

__all__ = ["bind_book", "issue_book"]


def bind_book(dossier_id: int) -> dict[str, int] | None:
    """Bind the chapters; the book lies in the cache, whole or not at all. None where there is nothing to do (any more), or where
    chapters have to be printed anew first."""
    dossier = _making(dossier_id)
    chapters = _chapters(dossier) if dossier else None
    if dossier is None or chapters is None:
        return None
    book = book_of(dossier.snapshot)
    codes = reserved(dossier, _title(book))
    with cache.scratch("bind", dossier.pk) as scratch:
        target = scratch / "book.pdf"
        try:
            pages = _bound(dossier, book, chapters, codes, target)
        except LookupError:  # the machine's fonts are not those that chapters were printed with
            _print_anew(dossier)
            return None
        size = target.stat().st_size
        os.replace(target, _book_path(dossier))
    ask_to_issue(dossier_id=dossier.pk, pages=pages)
    return {"pages": pages, "bytes": size}


def issue_book(dossier_id: int, check: Callable[[], None]) -> dict[str, int] | None:
    """Make the three files of the bound book and publish them. Until the last statement nobody sees anything of them."""
    dossier = _making(dossier_id)
    if dossier is None:
        return None
    if not _book_path(dossier).exists():
        bind_again(dossier_id=dossier.pk)
        return None
    book = book_of(dossier.snapshot)
    codes = reserved(dossier, _title(book))
    rows = list(dossier.snapshot.chapters.order_by("order"))
    with cache.scratch("issue", dossier.pk) as scratch:
        edition = make_edition(
            scratch,
            codes=codes,
            pdf=_book_path(dossier),
            chapters=rows,
            evidence=evidence_of(rows),
            title=_title(book),
            subtitle=f"{dossier.snapshot.title}，数据截至 {book.as_of}",
            demonstration=book.is_demo,
            progress=lambda done, total, name: check(),
        )
        files = [_stored(made) for made in (edition.dossier, edition.workbook, edition.package)]
        done = _publish(dossier, book, codes, edition, files)
    _book_path(dossier).unlink(missing_ok=True)
    cache.prune()
    return {"files": len(files)} if done else None


def _making(dossier_id: int) -> Dossier | None:
    rows = Dossier.objects.select_related("snapshot__plan", "requested_by")
    return rows.filter(pk=dossier_id, state=DossierState.MAKING).first()


def _title(book: Book) -> str:
    return f"{book.title}{book.subtitle}"


def _book_path(dossier: Dossier) -> Path:
    return cache.folder() / f"{dossier.pk}.book.pdf"


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


def _bound(dossier: Dossier, book: Book, chapters: Sequence[BoundChapter], codes: Codes, target: Path) -> int:
    snapshot = dossier.snapshot
    front = front_pages(
        {
            "cover": snapshot.chapters.get(slug="cover").content,
            "snapshot": snapshot,
            "as_of": snapshot.as_of,
            "taken_at": timezone.localtime(snapshot.taken_at),
            "sealed_at": timezone.localtime(snapshot.sealed_at) if snapshot.sealed_at else None,
            "printed_code": codes.dossier.printed_code,
            "verify_url": codes.dossier.verify_address,
            "book_title": book.head,
            "foot": f"数据截至 {book.as_of} · 快照摘要 {snapshot.digest[:16]}",
            "is_demo": book.is_demo,
        },
        chapters,
    )
    return bind([*front, *chapters], target, title=_title(book), author=book.office)


def _stored(made: Made) -> StoredFile:
    with made.path.open("rb") as source:
        return store(UploadedFile(source, name=made.path.name, size=made.size))


@transaction.atomic
def _publish(
    dossier: Dossier, book: Book, codes: Codes, edition: Edition, files: Sequence[StoredFile]
) -> bool:
    """From now on they are there, whole. False where it was stopped meanwhile."""
    # Held first: it may be stopped, or published by another worker, at this very moment.
    held = Dossier.objects.select_for_update().filter(pk=dossier.pk, state=DossierState.MAKING)
    if not held.exists():
        return False
    name = f"{_title(book)}（截至{book.as_of}）"
    pdf, workbook, package = (
        _attached(dossier, file, f"{name}{ending}", kind)
        for file, ending, kind in zip(
            files,
            (".pdf", " 数据工作簿.xlsx", " 资料包.zip"),
            (MaterialKind.STATEMENT, MaterialKind.TABLE, MaterialKind.STATEMENT),
            strict=True,
        )
    )
    held.update(
        state=DossierState.DONE,
        file=pdf,
        workbook=workbook,
        package=package,
        code=codes.dossier.printed_code,
        finished_at=timezone.now(),
    )
    give_out(dossier, codes, edition)
    _tell(dossier, edition)
    return True


def _attached(dossier: Dossier, file: StoredFile, name: str, kind: str) -> Attachment:
    return attach(
        by=dossier.requested_by,
        file=file,
        name=name,
        owner_kind="dossier",
        owner_id=dossier.pk,
        owner_label=str(dossier),
        unit_id=next(iter(city_office_ids()), 0),
        kind=kind,
    )


def _tell(dossier: Dossier, edition: Edition) -> None:
    record(
        by=dossier.requested_by,
        action="预评估资料成册",
        object_kind="dossier",
        object_id=dossier.pk,
        label=str(dossier),
        changes={"SHA-256": ["", edition.dossier.sha256]},
    )
    notify(
        to=[dossier.requested_by],
        kind=DECISION,
        title="预评估资料已经成册",
        text=f"{dossier.snapshot.title}：PDF、数据工作簿和资料包都可以下载。",
        action="查看",
        url=dossier.get_absolute_url(),
        subject_kind="dossier",
        subject_id=dossier.pk,
        subject_label=str(dossier),
        key=f"dossier-{dossier.pk}",
    )
