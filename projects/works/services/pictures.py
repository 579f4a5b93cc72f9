"""Pictures of the site, each with the day on which it was taken."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.errors import Invalid, Refused
from chuangmo.files import services as files
from chuangmo.files.pictures import exif_day
from projects.works.models import Picture
from projects.works.rules.pictures import picture_fault
from projects.works.services.gate import lock_for_entry

__all__ = ["OWNER", "add_picture", "remove_picture"]

OWNER = "progress"
PICTURES = ("image/jpeg", "image/png", "image/tiff", "image/bmp", "image/gif")


def add_picture(
    *, by: User, progress_id: int, upload: UploadedFile, taken_on: date | None = None, caption: str = ""
) -> Picture:
    """Store a picture of the month. Its EXIF day must lie in the month; without one, the stated day must.

    Raises Refused (not theirs, closed) and Invalid (`file`, `taken_on`)."""
    with transaction.atomic():
        lock_for_entry(by=by, progress_id=progress_id)
    files.check_upload(upload)
    exif = exif_day(upload)
    with transaction.atomic():
        progress = lock_for_entry(by=by, progress_id=progress_id)
        cell, fault = picture_fault(exif, taken_on, progress.period_start, progress.period_end)
        if fault:
            raise Invalid({cell: fault})
    stored = files.store(upload)  # writing may take long: no lock is held meanwhile
    if stored.mime not in PICTURES:
        raise Invalid({"file": f"“{upload.name}”不是照片"})
    with transaction.atomic():
        progress = lock_for_entry(by=by, progress_id=progress_id)
        attachment = files.attach(
            by=by,
            file=stored,
            name=upload.name or "",
            owner_kind=OWNER,
            owner_id=progress.pk,
            owner_label=str(progress),
            unit_id=progress.case.unit_id,
            note=caption,
        )
        day = exif or taken_on
        assert day is not None
        return Picture.objects.create(
            progress=progress,
            attachment=attachment,
            taken_on=day,
            from_exif=exif is not None,
            caption=caption.strip()[:100],
        )


def remove_picture(*, by: User, progress_id: int, picture_id: int) -> None:
    """Take a picture off; revisions that cite it keep it."""
    with transaction.atomic():
        progress = lock_for_entry(by=by, progress_id=progress_id)
        picture = (
            Picture.objects.select_related("attachment", "attachment__file")
            .filter(pk=picture_id, progress=progress, attachment__removed_at__isnull=True)
            .first()
        )
        if picture is None:
            raise Refused("这份进度没有这张照片")
        files.remove_attachment(
            by=by, attachment=picture.attachment, owner_label=str(progress), unit_id=progress.case.unit_id
        )
