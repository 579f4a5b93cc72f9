"""Giving files out under a verification code: reserved, issued, superseded or withdrawn."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from archives.books.codes import new_code
from archives.books.models import IssuedFile, Kind, State
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id, rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.queries import city_office_ids

__all__ = ["digest_of", "issue_file", "register", "reserve_code", "supersede", "withdraw"]

_BLOCK = 1 << 20


@transaction.atomic
def reserve_code(*, title: str, kind: str = Kind.OTHER, by: User | None) -> IssuedFile:
    """A fresh code to be printed in a file that is about to be made. `by` None: the system, for the city's office.

    Nobody can check the code until `register` told the digest. Refused for whoever is not of the steering office.
    """
    now = timezone.now()
    issued = IssuedFile.objects.create(
        code=new_code(),
        title=title.strip()[:200],
        kind=kind,
        office_id=_office(by),
        issued_by=by,
        reserved_at=now,
    )
    _record(by, "book-reserve", issued)
    return issued


@transaction.atomic
def register(*, issued: IssuedFile, sha256: str, size: int, by: User | None) -> IssuedFile:
    """The file behind the code is finished, and this is its digest. Telling the same again is harmless; another digest
    is Stale: what was given out is never exchanged."""
    if len(sha256) != 64 or size < 0:
        raise ValueError("a digest is 64 hexadecimal digits, a size not negative")
    sha256 = sha256.lower()
    _office(by)
    changed = IssuedFile.objects.filter(pk=issued.pk, state=State.RESERVED).update(
        state=State.ISSUED, sha256=sha256, size=size, issued_at=timezone.now()
    )
    issued.refresh_from_db()
    if not changed:
        if (issued.sha256, issued.size) != (sha256, size):
            raise Stale(f"核验码 {issued.printed_code} 已登记了另一个文件，不能改换。")
        return issued
    _record(by, "book-issue", issued, changes={"sha256": [None, sha256], "size": [None, size]})
    return issued


def issue_file(
    content: bytes | Path,
    *,
    title: str,
    kind: str = Kind.OTHER,
    by: User | None,
    reserved: IssuedFile | None = None,
) -> IssuedFile:
    """Give out a finished file: with the code that was printed in it (`reserved`), else under a fresh one."""
    sha256, size = digest_of(content)
    with transaction.atomic():
        issued = reserved or reserve_code(title=title, kind=kind, by=by)
        return register(issued=issued, sha256=sha256, size=size, by=by)


@transaction.atomic
def withdraw(*, issued: IssuedFile, reason: str, by: User) -> IssuedFile:
    """The file does not count any more; whoever checks it is told so, and why."""
    if not reason.strip():
        raise Invalid({"reason": "请写明作废的原因。"})
    return _end(issued, State.WITHDRAWN, by, reason=reason.strip()[:200])


@transaction.atomic
def supersede(*, issued: IssuedFile, newer: IssuedFile, by: User | None) -> IssuedFile:
    """A newer file takes its place; whoever checks the old one is shown the newer one's code."""
    if newer.pk == issued.pk or newer.state != State.ISSUED:
        raise Refused("替代它的须是另一个已出具、仍有效的文件。")
    return _end(issued, State.SUPERSEDED, by, reason=f"已由 {newer.printed_code} 替代", superseded_by=newer)


def digest_of(content: bytes | Path) -> tuple[str, int]:
    """SHA-256 (64 hexadecimal digits) and number of bytes; a file is read in pieces."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    found, size = hashlib.sha256(), 0
    with content.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
            size += len(block)
    return found.hexdigest(), size


def _end(issued: IssuedFile, state: State, by: User | None, *, reason: str, **more: Any) -> IssuedFile:
    _office(by)
    ended = IssuedFile.objects.filter(pk=issued.pk, state=State.ISSUED).update(
        state=state, ended_at=timezone.now(), reason=reason, **more
    )
    issued.refresh_from_db()
    if not ended:
        raise Stale(f"核验码 {issued.printed_code} 现在是“{issued.get_state_display()}”，没有更改。")
    _record(by, f"book-{state.value}", issued, reason=reason)
    return issued


def _office(by: User | None) -> int:
    """The office for which the file is given out."""
    found = next(iter(city_office_ids()), None) if by is None else office_unit_id(rights_of(by))
    if found is None:
        raise Refused("只有创模办可以出具文件。")
    return found


def _record(
    by: User | None,
    action: str,
    issued: IssuedFile,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    record(
        by=by,
        action=action,
        object_kind="issued-file",
        object_id=issued.pk,
        label=str(issued),
        unit_id=issued.office_id,
        reason=reason,
        changes=changes,
    )
