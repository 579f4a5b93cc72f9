"""Issued files: all of them for the office, one for whoever holds its code."""

from __future__ import annotations

from django.db.models import QuerySet

from archives.books.models import IssuedFile, State


def issued_files() -> QuerySet[IssuedFile]:
    """Everything that was given out, the newest first; codes that only wait for their file are left out."""
    return (
        IssuedFile.objects.exclude(state=State.RESERVED)
        .select_related("office", "issued_by", "superseded_by")
        .order_by("-id")
    )


def public_file(code: str) -> IssuedFile | None:
    """The file behind a code, None for a code that nobody gave out or whose file is not finished."""
    return issued_files().filter(code=code).first()
