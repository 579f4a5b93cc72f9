"""Contents that are nearly the same: another scan of a letter, a report with the date changed, a picture saved anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from archives.texts.models import Band, FileText
from archives.texts.rules.fingerprints import (
    bands_of_picture,
    bands_of_text,
    picture_likeness,
    text_likeness,
)
from chuangmo.files.models import StoredFile

__all__ = ["Near", "near_duplicates", "near_ids"]

LEAST_TEXT, LEAST_PICTURE, SHOWN = 0.7, 0.92, 20


@dataclass(frozen=True, slots=True)
class Near:
    """Another stored file, and how like it is (0 to 1; 1 is not the same content, only the same words or picture)."""

    file_id: int
    likeness: float

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)


def near_duplicates(stored_file: StoredFile, within: QuerySet[Any] | None = None) -> list[Near]:
    """The files that are nearly this one, the likest first; two queries. `within` as for `search`.

    Empty while the file has not been read, and for texts of less than some fifty characters.
    """
    own = FileText.objects.filter(file=stored_file).first()
    if own is None:
        return []
    shared = _shared(own)
    if shared is None:
        return []
    others = FileText.objects.filter(pk__in=Band.objects.filter(shared).values("text")).exclude(pk=own.pk)
    if within is not None:
        others = others.filter(pk__in=within)
    found = [Near(other.pk, likeness) for other in others if (likeness := _likeness(own, other))]
    return sorted(found, key=lambda one: (-one.likeness, one.file_id))[:SHOWN]


def near_ids(file_id: int) -> list[int]:
    """Ids of the stored files that are nearly this one (settings.NEAR_DUPLICATES); what may be seen is the caller's."""
    return [one.file_id for one in near_duplicates(StoredFile(pk=file_id))]


def _shared(own: FileText) -> Q | None:
    bands = bands_of_text(own.signature) if own.signature else []
    bands += bands_of_picture(own.picture_hash) if own.picture_hash else []
    asked = None
    for number, value in bands:
        one = Q(number=number, value=value)
        asked = one if asked is None else asked | one
    return asked


def _likeness(own: FileText, other: FileText) -> float:
    """0 for what only chance brought together."""
    if own.signature and other.signature:
        text = text_likeness(own.signature, other.signature)
        if text >= LEAST_TEXT:
            return text
    if own.picture_hash and other.picture_hash:
        picture = picture_likeness(own.picture_hash, other.picture_hash)
        if picture >= LEAST_PICTURE:
            return picture
    return 0.0
