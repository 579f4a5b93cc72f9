"""Bringing readings: a file is stored and read, its faults told; nothing counts before the review accepted it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files import rules as files
from chuangmo.files.models import StoredFile
from chuangmo.files.services import store
from chuangmo.jobs.services import Run, enqueue
from chuangmo.review.models import Case
from indicators.monitoring.models import Batch, BatchKind
from indicators.monitoring.rights import bringing, may_bring
from indicators.monitoring.services.facts import facts_of
from indicators.monitoring.services.files import ACCEPTED
from indicators.monitoring.services.reading import read_batch

__all__ = [
    "LARGE",
    "bring_file",
    "bring_text",
    "check_batch",
    "check_job",
    "discard_batch",
    "is_large",
    "is_unchecked",
    "replace_file",
    "set_reason",
]

LARGE = 2 * 1024 * 1024  # bytes of a file that is read by a job rather than while the person waits
_PACKED = 256 * 1024  # the same for a packed one


def bring_file(*, by: User, unit_id: int, kind: str, upload: UploadedFile) -> Batch:
    """Store a file as a new batch in draft and read it (a large one by a job).

    Raises Refused (not this unit, not this kind) and Invalid: a file that is none, or too large.
    """
    _require(by, unit_id, kind)
    stored, name = _stored(upload)
    with transaction.atomic():
        batch = _new(by, unit_id, kind, stored, name, Batch.Origin.FILE)
        _note(batch, by, "导入监测数据")
        _look(batch, by)
    return batch


def bring_text(*, by: User, unit_id: int, kind: str, name: str, text: str) -> Batch:
    """The same for what was typed into the grid: kept as the CSV that it amounts to."""
    _require(by, unit_id, kind)
    stored = store(_csv(name, text))
    with transaction.atomic():
        batch = _new(by, unit_id, kind, stored, name, Batch.Origin.GRID)
        _note(batch, by, "录入监测数据")
        _look(batch, by)
    return batch


def replace_file(*, by: User, batch_id: int, upload: UploadedFile) -> Batch:
    """Another file for a batch that is still the unit's to change. Raises Refused, Invalid."""
    stored, name = _stored(upload)
    with transaction.atomic():
        batch = _editable(by, batch_id)
        batch.file, batch.name, batch.origin = stored, name, Batch.Origin.FILE
        batch.save(update_fields=["file", "name", "origin"])
        _note(batch, by, "换监测数据文件")
        _look(batch, by)
    return batch


def replace_text(*, by: User, batch_id: int, text: str) -> Batch:
    """Another content for a batch that was typed."""
    with transaction.atomic():
        batch = _editable(by, batch_id)
        batch.file = store(_csv(batch.name, text))
        batch.save(update_fields=["file"])
        _note(batch, by, "改录入的监测数据")
        _look(batch, by)
    return batch


@transaction.atomic
def set_reason(*, by: User, batch_id: int, reason: str) -> Batch:
    """Why the batch corrects readings that count already."""
    batch = _editable(by, batch_id)
    reason = reason.replace("\x00", "").strip()
    if len(reason) > 200:
        raise Invalid({"reason": "原因不超过 200 字"})
    batch.reason = reason
    batch.save(update_fields=["reason"])
    return batch


@transaction.atomic
def discard_batch(*, by: User, batch_id: int) -> None:
    """Throw away a batch that was never submitted. Raises Refused."""
    batch = _editable(by, batch_id)
    if batch.case.revision_no:
        raise Refused("提交过的批次不能删除")
    _note(batch, by, "删除未提交的监测数据")
    case_id = batch.case_id
    batch.delete()
    Case.objects.filter(pk=case_id).delete()


def check_batch(batch: Batch) -> None:
    """Read the file again and keep what was found."""
    read = read_batch(batch)
    batch.facts = facts_of(batch, read)
    batch.first_day, batch.last_day = read.first_day, read.last_day
    batch.save(update_fields=["facts", "first_day", "last_day"])


def check_job(run: Run, *, batch_id: int) -> dict[str, Any] | None:
    """The reading of a large file as a job (settings.JOB_KINDS); one that is gone ends quietly."""
    batch = Batch.objects.select_related("file").filter(pk=batch_id).first()
    if batch is None:
        return None
    run.progress(0, 1, "正在核对文件")
    check_batch(batch)
    return {"count": batch.facts["count"], "faults": batch.facts["fault_count"]}


def is_large(batch: Batch) -> bool:
    """Whether reading it takes longer than a person should wait for a page."""
    return batch.file.size > (_PACKED if batch.name.lower().endswith(".gz") else LARGE)


def is_unchecked(batch: Batch) -> bool:
    return "checked_at" not in batch.facts


def _look(batch: Batch, by: User) -> None:
    if not is_large(batch):
        check_batch(batch)
        return
    batch.facts = {}
    batch.save(update_fields=["facts"])
    enqueue("monitoring.check", key=str(batch.pk), args={"batch_id": batch.pk}, by=by)


def _require(by: User, unit_id: int, kind: str) -> None:
    one = bringing(rights_of(by), unit_id)
    if one is None:
        raise Refused("您不能为这个单位报送监测数据")
    if kind not in one.kinds:
        raise Refused(f"{one.unit.short_name}没有{BatchKind(kind).label}的职责")


def _stored(upload: UploadedFile) -> tuple[StoredFile, str]:
    name = files.clean_name(upload.name or "")
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        limit = files.size_words(settings.FILE_MAX_BYTES)
        raise Invalid(
            {
                "file": f"“{name}”有 {files.size_words(upload.size or 0)}，超过上限 {limit}，没有导入；请分成几个文件或压缩为 .gz"
            }
        )
    upload.seek(0)
    fault = files.content_fault(name, upload.read(files.HEAD_BYTES), ACCEPTED)
    upload.seek(0)
    if fault and not (name.lower().endswith((".csv", ".txt")) and _is_utf16(upload)):
        raise Invalid({"file": fault})
    return store(upload), name


def _is_utf16(upload: UploadedFile) -> bool:
    head = upload.read(2)
    upload.seek(0)
    return head in (b"\xff\xfe", b"\xfe\xff")


def _csv(name: str, text: str) -> UploadedFile:
    content = ContentFile(text.encode("utf-8-sig"), name=name)
    return UploadedFile(content, name=name, content_type="text/csv", size=content.size)


def _new(by: User, unit_id: int, kind: str, stored: StoredFile, name: str, origin: str) -> Batch:
    case = Case.objects.create(kind="readings", unit_id=unit_id, step_entered_at=timezone.now())
    return Batch.objects.create(
        kind=kind, unit_id=unit_id, case=case, file=stored, name=name, origin=origin, created_by=by
    )


def _editable(by: User, batch_id: int) -> Batch:
    batch = Batch.objects.select_related("case", "unit", "file").filter(pk=batch_id).first()
    if batch is None or not may_bring(rights_of(by), batch):
        raise Refused("您不能改这个批次")
    if not Case.objects.select_for_update().filter(pk=batch.case_id):
        raise Stale("这个批次刚才已经删除")
    batch.case.refresh_from_db(fields=["state", "revision_no"])
    if not batch.case.is_editable:
        raise Refused(f"这个批次{batch.case.get_state_display()}，不能再改；要改请先撤回，或等退回")
    return batch


def _note(batch: Batch, by: User, action: str) -> None:
    record(
        by=by,
        action=action,
        object_kind="readings",
        object_id=batch.pk,
        label=str(batch),
        unit_id=batch.unit_id,
        changes={"文件": ["", batch.name], "SHA-256": ["", batch.file.sha256]},
    )
