"""Making a dossier: a job for each chapter that is not printed yet, one that binds them, one that makes the files.

The steps meet in the row of the dossier: whoever changes its chapters holds it, and every change of its state is a
conditional update. So it does not matter which worker did what twice, or died in between.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from archives.dossiers.models import ChapterState, Dossier, DossierChapter, DossierState
from archives.dossiers.rights import may_make
from archives.dossiers.services import cache
from archives.dossiers.services.book import book_of
from archives.dossiers.services.printing import Printed
from archives.snapshots.models import Snapshot
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from chuangmo.jobs.models import OPEN, Job
from chuangmo.jobs.services import cancel, enqueue

__all__ = [
    "BIND",
    "CHAPTER",
    "ISSUE",
    "ask_to_issue",
    "bind_again",
    "chapter_printed",
    "print_again",
    "resume_dossier",
    "start_dossier",
    "stop_dossier",
]

CHAPTER, BIND, ISSUE = "dossiers.chapter", "dossiers.bind", "dossiers.issue"


@transaction.atomic
def start_dossier(*, by: User, snapshot: Snapshot) -> Dossier:
    """Have the book of a snapshot made. Chapters that were printed before with the same content are used as they are.

    Refused; Stale where this snapshot's book is being made already.
    """
    _check(by)
    try:
        with transaction.atomic():
            dossier = Dossier.objects.create(snapshot=snapshot, requested_by=by)
    except IntegrityError:
        raise Stale("这个快照的资料正在制作，不用重复。") from None
    book = book_of(snapshot)
    rows = []
    for chapter in snapshot.chapters.exclude(slug="cover").order_by("order"):
        key = book.print_key(chapter)
        rows.append(
            DossierChapter(
                dossier=dossier,
                order=chapter.order,
                slug=chapter.slug,
                number=chapter.number,
                title=chapter.title,
                print_key=key,
                **_reused(cache.fetch(key)),
            )
        )
    DossierChapter.objects.bulk_create(rows)
    _note(by, dossier, "制作预评估资料")
    _go_on(dossier, by)
    return dossier


def _reused(printed: Printed | None) -> dict[str, object]:
    if printed is None:
        return {}
    return {
        "state": ChapterState.DONE,
        "is_reused": True,
        "pages": printed.meta["pages"],
        "missing": printed.meta["missing"][:200],
    }


@transaction.atomic
def chapter_printed(*, dossier_id: int, slug: str, printed: Printed) -> None:
    """A chapter lies in the cache; the last one starts the binding. Said twice, it does nothing the second time."""
    dossier = _held(dossier_id)
    if dossier is None or not dossier.is_making:
        return
    dossier.chapters.filter(slug=slug, state=ChapterState.WAITING).update(
        state=ChapterState.DONE,
        pages=printed.meta["pages"],
        missing=printed.meta["missing"][:200],
    )
    _bind_when_complete(dossier)


@transaction.atomic
def ask_to_issue(*, dossier_id: int, pages: int) -> None:
    """The book is bound; its files are made next."""
    dossier = _held(dossier_id)
    if dossier is None or not dossier.is_making:
        return
    Dossier.objects.filter(pk=dossier_id, state=DossierState.MAKING).update(pages=pages)
    enqueue(ISSUE, key=str(dossier_id), args={"dossier_id": dossier_id}, by=dossier.requested_by)


@transaction.atomic
def bind_again(*, dossier_id: int) -> None:
    """The bound book is gone."""
    dossier = _held(dossier_id)
    if dossier is not None and dossier.is_making:
        _bind_when_complete(dossier)


@transaction.atomic
def print_again(*, dossier_id: int, slugs: Iterable[str]) -> None:
    """Chapters whose printed pages are gone, or fit no more, are printed once more."""
    dossier = _held(dossier_id)
    if dossier is None or not dossier.is_making:
        return
    dossier.chapters.filter(slug__in=list(slugs)).update(state=ChapterState.WAITING, is_reused=False)
    _go_on(dossier, None)


@transaction.atomic
def stop_dossier(*, by: User, dossier: Dossier) -> Dossier:
    """Leave off making it; what was printed stays for the next time. Refused, Stale."""
    _check(by)
    moved = Dossier.objects.filter(pk=dossier.pk, state=DossierState.MAKING).update(
        state=DossierState.CANCELLED
    )
    if not moved:
        raise Stale("这份资料已经不在制作中。")
    for job in Job.objects.filter(
        kind__in=(CHAPTER, BIND, ISSUE), state__in=OPEN, args__dossier_id=dossier.pk
    ):
        cancel(job)
    _note(by, dossier, "停止制作预评估资料")
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def resume_dossier(*, by: User, dossier: Dossier) -> Dossier:
    """Go on where it was stopped, or where a chapter failed. Refused, Stale."""
    _check(by)
    unfinished = Dossier.objects.filter(pk=dossier.pk).exclude(state=DossierState.DONE)
    try:
        with transaction.atomic():
            moved = unfinished.update(state=DossierState.MAKING)
    except IntegrityError:
        raise Stale("这个快照已有另一份资料在制作。") from None
    if not moved:
        raise Stale("这份资料已经成册，不用继续。")
    dossier.refresh_from_db()
    _note(by, dossier, "继续制作预评估资料")
    _go_on(dossier, by)
    return dossier


def _go_on(dossier: Dossier, by: User | None) -> None:
    """A job for each chapter that waits; the binding where none does."""
    for chapter in _largest_first(dossier):
        job = enqueue(
            CHAPTER,
            key=f"{dossier.pk}:{chapter.slug}",
            args={"dossier_id": dossier.pk, "slug": chapter.slug},
            by=by,
        )
        DossierChapter.objects.filter(pk=chapter.pk).update(job=job)
    _bind_when_complete(dossier)


def _largest_first(dossier: Dossier) -> list[DossierChapter]:
    """The chapters that wait, those with most content first: begun last, one would keep a single worker busy at the end."""
    sizes = dict(dossier.snapshot.chapters.order_by().values_list("slug", Length("body")))
    waiting = dossier.chapters.filter(state=ChapterState.WAITING).order_by("order")
    return sorted(waiting, key=lambda chapter: -sizes[chapter.slug])


def _bind_when_complete(dossier: Dossier) -> None:
    if not dossier.chapters.filter(state=ChapterState.WAITING).exists():
        enqueue(BIND, key=str(dossier.pk), args={"dossier_id": dossier.pk}, by=dossier.requested_by)


def _held(dossier_id: int) -> Dossier | None:
    """The dossier, held until the transaction ends: two chapters that end at once see each other."""
    return Dossier.objects.select_for_update().filter(pk=dossier_id).first()


def _check(by: User) -> None:
    if not may_make(rights_of(by)):
        raise Refused("预评估资料由创模办制作。")


def _note(by: User, dossier: Dossier, action: str) -> None:
    record(by=by, action=action, object_kind="dossier", object_id=dossier.pk, label=str(dossier))
