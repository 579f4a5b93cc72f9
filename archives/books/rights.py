"""Who reads the files that the office gave out and keeps. Whoever holds a copy checks it by its code, without any right."""

from __future__ import annotations

from archives.books.models import IssuedFile
from chuangmo.access.queries import Rights

__all__ = ["issued_attachment_rights", "may_give_out"]


def may_give_out(rights: Rights) -> bool:
    """Give files out, see the list, declare one void: the steering office."""
    return rights.is_office


def issued_attachment_rights(rights: Rights, issued_id: int) -> bool:
    """For settings.ATTACHMENT_OWNERS: the copy that is kept."""
    return may_give_out(rights) and IssuedFile.objects.filter(pk=issued_id).exists()
