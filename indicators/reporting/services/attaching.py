"""Files on a report: attached and removed by its reporters while it can be filled in."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.errors import Refused
from chuangmo.files import services as files
from chuangmo.files.models import Attachment
from indicators.reporting.services.gate import lock_for_entry

__all__ = ["OWNER", "attach_file", "remove_file"]

OWNER = "report"


def attach_file(
    *, by: User, report_id: int, upload: UploadedFile, kind: str = "", note: str = ""
) -> Attachment:
    """Store an uploaded file and hang it on the report.

    Raises NotReporter, Refused (closed), Invalid (size, empty, kind). Nothing is stored for anybody who may not.
    """
    with transaction.atomic():
        lock_for_entry(by=by, report_id=report_id)
    files.check_upload(upload)
    stored = files.store(upload)  # writing may take long: no lock is held meanwhile
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        return files.attach(
            by=by,
            file=stored,
            name=upload.name or "",
            owner_kind=OWNER,
            owner_id=report.pk,
            owner_label=str(report),
            unit_id=report.unit_id,
            kind=kind,
            note=note,
        )


def remove_file(*, by: User, report_id: int, attachment_id: int) -> Attachment:
    """Take an attachment off the report; revisions that cite it keep it. Raises as `attach_file`, Stale if it is gone."""
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = (
            Attachment.objects.select_related("file")
            .filter(pk=attachment_id, owner_kind=OWNER, owner_id=report_id)
            .first()
        )
        if row is None:
            raise Refused("这份报表没有这个附件")
        return files.remove_attachment(by=by, attachment=row, owner_label=str(report), unit_id=report.unit_id)
