"""Issued files: all of them for the office, one for whoever holds its code."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from archives.books.models import OWNER, IssuedFile, State
from chuangmo.files.models import Attachment


def issued_files() -> QuerySet[IssuedFile]:
    """Everything that was given out, the newest first; codes that only wait for their file are left out."""
    return (
        IssuedFile.objects.exclude(state=State.RESERVED)
        .select_related("office", "issued_by", "superseded_by")
        .order_by("-id")
    )


def kept_copies(issued: Iterable[IssuedFile]) -> dict[int, int]:
    """Ids of the attachments that are copies of these files, by id of the file: one query."""
    rows = Attachment.objects.filter(owner_kind=OWNER, owner_id__in=[one.pk for one in issued])
    return dict(rows.values_list("owner_id", "pk"))


def public_file(code: str) -> IssuedFile | None:
    """The file behind a code, None for a code that nobody gave out or whose file is not finished."""
    return issued_files().filter(code=code).first()
