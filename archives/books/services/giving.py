"""Files that other parts make and the office gives out (settings.FILES_ISSUED_BY)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from archives.books.models import OWNER, IssuedFile, Kind
from archives.books.services.issuing import register, reserve_code
from chuangmo.access.models import User
from chuangmo.files import services as files
from chuangmo.files.models import StoredFile

__all__ = ["give_out"]


def give_out(*, by: User, title: str, made: Sequence[tuple[str, Callable[[str, str], bytes]]]) -> str:
    """Give out each file of `made` (its name, and what makes it of code and address for checking) and keep a copy of it.
    Returns the address of the list.

    A code is reserved before its file is made, which may take seconds and is outside any transaction; all files are given
    out together or none is, and a code whose file failed leads nowhere for ever. Refused for whoever is not of the office.
    """
    finished = []
    for name, make in made:
        reserved = reserve_code(title=f"{title} {name.rpartition('.')[2].upper()}", kind=Kind.TABLE, by=by)
        content = make(reserved.printed_code, reserved.verify_address)
        finished.append((reserved, name, files.store(SimpleUploadedFile(name, content))))
    with transaction.atomic():
        for reserved, name, stored in finished:
            _keep(register(issued=reserved, sha256=stored.sha256, size=stored.size, by=by), name, stored, by)
    return reverse("books:issued-list")


def _keep(issued: IssuedFile, name: str, stored: StoredFile, by: User) -> None:
    files.attach(
        by=by,
        file=stored,
        name=name,
        owner_kind=OWNER,
        owner_id=issued.pk,
        owner_label=str(issued),
        unit_id=issued.office_id,
    )
