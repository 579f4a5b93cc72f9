"""Background work of dossiers: functions of settings.JOB_KINDS. Each may run twice or die anywhere."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from archives.dossiers.models import ChapterState, DossierChapter
from archives.dossiers.services import cache
from archives.dossiers.services.book import book_of
from archives.dossiers.services.finishing import bind_book, issue_book
from archives.dossiers.services.making import chapter_printed
from chuangmo.jobs.services import Retry, Run

__all__ = ["bind_dossier", "issue_dossier", "print_chapter"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def print_chapter(run: Run, *, dossier_id: int, slug: str) -> dict[str, int] | None:
    """Print one chapter into the cache. Nothing where it is printed, or its dossier is made no more."""
    row = (
        DossierChapter.objects.filter(dossier=dossier_id, slug=slug)
        .select_related("dossier__snapshot")
        .first()
    )
    if row is None or not row.dossier.is_making or row.state == ChapterState.DONE:
        return None
    printed = cache.fetch(row.print_key)
    if printed is None:
        snapshot = row.dossier.snapshot
        printed = book_of(snapshot).printed(snapshot.chapters.get(slug=slug))
        run.check()  # stopped, or given to another meanwhile
        with _room_on_disk():
            cache.put(row.print_key, printed)
    chapter_printed(dossier_id=dossier_id, slug=slug, printed=printed)
    return {"pages": printed.meta["pages"]}


def bind_dossier(run: Run, *, dossier_id: int) -> dict[str, int] | None:
    """Bind the printed chapters into one book."""
    run.check()
    with _room_on_disk():
        return bind_book(dossier_id)


def issue_dossier(run: Run, *, dossier_id: int) -> dict[str, int] | None:
    """Make the book's three files and publish them."""
    run.check()
    with _room_on_disk():
        return issue_book(dossier_id, run.check)


@contextmanager
def _room_on_disk() -> Iterator[None]:
    """A full disk is waited for: the half-written file is gone, nothing else happened."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Retry(timedelta(minutes=5), "磁盘空间不足，没有写完，已清除；腾出空间后自动再试。") from error
