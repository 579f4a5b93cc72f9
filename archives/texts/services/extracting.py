"""Asking for a file's text, and keeping what its reading came to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from archives.texts.models import Band, Chunk, FileText
from archives.texts.reading.child import Reading, read
from archives.texts.rules import fingerprints
from archives.texts.rules.terms import TAIL
from archives.texts.services.indexing import forget_lines, write_lines
from chuangmo.access.models import User
from chuangmo.files.models import StoredFile
from chuangmo.jobs.services import enqueue, enqueue_many

__all__ = ["READER", "extract", "request_missing", "request_text"]

READER = 1  # raised when a release reads better: what older ones read is read anew
KIND = "texts.extract"
CHUNK, BATCH = 1_200, 500


def request_text(stored_file_id: int, *, by: User | None = None) -> None:
    """Have the file read in the background, in the caller's transaction; harmless for one that was read."""
    enqueue(KIND, key=str(stored_file_id), args={"file_id": stored_file_id}, by=by)


def request_missing(most: int = 500) -> int:
    """Ask for every stored file that nobody has read yet, or that an older release read; returns how many (at most `most`)."""
    unread = StoredFile.objects.filter(Q(extracted__isnull=True) | Q(extracted__reader__lt=READER))
    ids = list(unread.order_by("pk").values_list("pk", flat=True)[:most])
    return enqueue_many(KIND, [(str(pk), {"file_id": pk}) for pk in ids])


def extract(file: StoredFile) -> FileText:
    """Read the file in a process of its own and keep text, problem and fingerprints; what was kept before is replaced.

    Slow (up to two minutes), so outside of any transaction; what is kept appears at once.
    """
    return keep(file, read(Path(settings.MEDIA_ROOT) / file.path, file.mime))


@transaction.atomic
def keep(file: StoredFile, reading: Reading) -> FileText:
    """Store a reading with its chunks, their lines in the index and the bands of its fingerprint."""
    row, _ = FileText.objects.update_or_create(
        file=file,
        defaults={
            "problem": reading.problem,
            "note": reading.note[:200],
            "pages": len(reading.pages),
            "characters": sum(map(len, reading.pages)),
            "is_encrypted": reading.is_encrypted,
            "has_script": reading.has_script,
            "is_cut": reading.is_cut,
            "signature": reading.signature,
            "picture_hash": reading.picture_hash,
            "reader": READER,
            "read_at": timezone.now(),
        },
    )
    forget_lines(row)
    row.chunks.all().delete()
    row.bands.all().delete()
    chunks = Chunk.objects.bulk_create(_chunks(row, reading.pages), batch_size=BATCH)
    write_lines(chunks)
    Band.objects.bulk_create(
        [Band(text=row, number=number, value=value) for number, value in _bands(reading)], batch_size=BATCH
    )
    return row


def _chunks(row: FileText, pages: list[str]) -> list[Chunk]:
    """Stretches of each page; each knows how the text goes on, over the page's end, too."""
    pieces = [
        Chunk(text=row, page=number, order=order, body=page[start : start + CHUNK])
        for number, page in enumerate(pages, start=1)
        for order, start in enumerate(range(0, len(page), CHUNK))
    ]
    tail = ""
    for piece in reversed(pieces):
        piece.tail = tail
        tail = (piece.body + tail)[:TAIL]
    return pieces


def _bands(reading: Reading) -> Iterator[tuple[int, int]]:
    if reading.signature is not None:
        yield from fingerprints.bands_of_text(reading.signature)
    if reading.picture_hash:
        yield from fingerprints.bands_of_picture(reading.picture_hash)
