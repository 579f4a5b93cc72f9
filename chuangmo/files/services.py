"""Storing uploaded files: content once by its hash, an attachment for each place where it hangs.

Who may attach or remove is asked by the owner's service (`reporting.services.attaching`), which calls these in its
transaction. Nothing here tells anybody whether a content was known before.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Stale
from chuangmo.files import rules
from chuangmo.files.models import Attachment, MaterialKind, StoredFile

__all__ = ["attach", "check_upload", "remove_attachment", "store"]


def check_upload(upload: UploadedFile) -> None:
    """Refuse what may not be stored: Invalid({"file": …}) for a wrong size, an empty file, a wrong or false kind."""
    name = rules.clean_name(upload.name or "")
    size = upload.size or 0
    if size > settings.FILE_MAX_BYTES:
        limit = rules.size_words(settings.FILE_MAX_BYTES)
        raise Invalid({"file": f"“{name}”有 {rules.size_words(size)}，超过上限 {limit}，没有保存"})
    upload.seek(0)
    fault = rules.content_fault(name, upload.read(rules.HEAD_BYTES), settings.FILE_KINDS)
    upload.seek(0)
    if fault:
        raise Invalid({"file": fault})


def store(upload: UploadedFile) -> StoredFile:
    """Keep the content under its SHA-256 (checked before by `check_upload`); the same content is kept once.

    Written beside its place and moved there in one step, so a file that is there is whole. May run outside a transaction:
    a file without a row harms nobody and is found again by its hash.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".upload-", dir=root)
    temporary = Path(name)
    try:
        digest = hashlib.sha256()
        size = 0
        with os.fdopen(handle, "wb") as target:
            for chunk in upload.chunks():
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
            target.flush()
            os.fsync(target.fileno())
        sha = digest.hexdigest()
        path = f"{sha[:2]}/{sha}"
        final = root / path
        final.parent.mkdir(exist_ok=True)
        if not final.exists():
            temporary.chmod(0o640)
            os.replace(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)
    mime = rules.content_type(rules.clean_name(upload.name or ""), settings.FILE_KINDS)
    return _row(sha, size, mime, path)


def _row(sha: str, size: int, mime: str, path: str) -> StoredFile:
    found = StoredFile.objects.filter(sha256=sha).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return StoredFile.objects.create(sha256=sha, size=size, mime=mime, path=path)
    except IntegrityError:  # the same content, sent twice at once
        return StoredFile.objects.get(sha256=sha)


@transaction.atomic
def attach(
    *,
    by: User,
    file: StoredFile,
    name: str,
    owner_kind: str,
    owner_id: int,
    owner_label: str,
    unit_id: int,
    kind: str = "",
    note: str = "",
) -> Attachment:
    """Hang a stored file on its owner under the person's name for it; the kind is guessed where none is given."""
    name = rules.clean_name(name)
    if kind not in MaterialKind.values:
        kind = rules.guess_kind(name, MaterialKind.values)
    row = Attachment.objects.create(
        file=file,
        owner_kind=owner_kind,
        owner_id=owner_id,
        name=name,
        kind=kind,
        note=note.strip()[:200],
        uploaded_by=by,
    )
    _note(row, by, "上传附件", owner_label, unit_id)
    return row


@transaction.atomic
def remove_attachment(*, by: User, attachment: Attachment, owner_label: str, unit_id: int) -> Attachment:
    """Mark an attachment as removed; the content stays for the revisions that cite it. Stale if it was removed before."""
    now = timezone.now()
    done = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(
        removed_at=now, removed_by=by
    )
    if not done:
        raise Stale("这个附件刚才已经移除")
    attachment.removed_at, attachment.removed_by = now, by
    _note(attachment, by, "移除附件", owner_label, unit_id)
    return attachment


def _note(row: Attachment, by: User, action: str, owner_label: str, unit_id: int) -> None:
    record(
        by=by,
        action=action,
        object_kind=row.owner_kind,
        object_id=row.owner_id,
        label=owner_label,
        unit_id=unit_id,
        changes={
            "附件": ["", row.name] if action == "上传附件" else [row.name, ""],
            "SHA-256": ["", row.file.sha256],
        },
    )
