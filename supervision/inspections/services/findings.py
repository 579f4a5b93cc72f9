"""Writing down what was found, with pictures; changing it and taking it back before the unit learns of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files import services as files
from chuangmo.files.models import StoredFile
from chuangmo.files.pictures import Prepared, prepare_picture
from chuangmo.org.models import Unit
from indicators.plan.models import ChecklistItem, Plan
from supervision.inspections.models import (
    Comment,
    Finding,
    FindingPhoto,
    Inspection,
    InspectionState,
    ProblemKind,
    Severity,
)
from supervision.inspections.rights import Seat
from supervision.inspections.services.gate import (
    dissolved_fault,
    held_inspection,
    note_finding,
    outside_fault,
    require_reason,
    require_seat,
)
from supervision.inspections.services.tours import require_on_tour, tell_released

__all__ = [
    "OWNER",
    "FindingInput",
    "Raised",
    "add_photos",
    "change_finding",
    "drop_finding",
    "raise_finding",
]

OWNER = "finding"
MAX_PHOTOS = 12  # at a time


@dataclass(frozen=True)
class FindingInput:
    """What the form gives; ids of rows that exist. Coordinates in degrees (WGS 84)."""

    unit_id: int
    kind_id: int
    severity: str
    text: str
    place: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    found_on: date | None = None  # today unless given
    indicator_id: int | None = None
    project_id: int | None = None
    item_id: int | None = None


@dataclass(frozen=True)
class Raised:
    """The finding as stored; what became of pictures: `notes` of those kept, `faults` of those refused."""

    finding: Finding
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    is_new: bool = True


def raise_finding(
    *,
    by: User,
    office_id: int,
    found: FindingInput,
    inspection_id: int | None = None,
    comment_id: int | None = None,
    key: uuid.UUID | None = None,
    photos: Sequence[UploadedFile] = (),
    taken_on: date | None = None,
) -> Raised:
    """A new finding: of an inspection under way, or (without one) of the office itself, which the unit learns at once.

    A picture that can't be kept is refused by itself: the words are stored all the same. The same `key` again gives the
    finding that it made. Raises Refused, Invalid (by field), Stale (the comment has its finding already).
    """
    key = key or uuid.uuid4()
    with transaction.atomic():
        known = Finding.objects.filter(key=key).first()
        if known is not None:
            if known.created_by_id != by.pk:
                raise Refused("提交编号已经用过，请刷新后重填")
            return Raised(known, is_new=False)
        _require_new(by, office_id, found, inspection_id, comment_id)
    kept, faults = _prepared(photos, taken_on)
    with transaction.atomic():
        inspection = _require_new(by, office_id, found, inspection_id, comment_id)
        try:
            with transaction.atomic():
                row = Finding.objects.create(
                    plan=inspection.plan if inspection else Plan.objects.current(),
                    office_id=office_id,
                    inspection=inspection,
                    comment_id=comment_id,
                    key=key,
                    created_by=by,
                    released_at=None if inspection else timezone.now(),
                    **_columns(found),
                )
        except IntegrityError as error:
            known = Finding.objects.filter(key=key, created_by=by).first()
            if known is not None:
                return Raised(known, is_new=False)
            raise Stale("这条意见刚才已经转为问题，请刷新") from error
        _attach(row, by, kept, taken_on)
        note_finding(row, by, "登记问题", changes={"责任单位": ["", str(row.unit)]})
        if inspection is None:
            tell_released([row], by)
    return Raised(row, tuple(one.note for one, _, _ in kept if one.note), tuple(faults))


@transaction.atomic
def change_finding(*, by: User, finding_id: int, version: int, found: FindingInput) -> Finding:
    """Put it right before it is released. Stale when somebody changed it since."""
    row = _held(finding_id)
    seat = _require_hand(by, row, "修改问题")
    _require_editable(row)
    _require_valid(found, seat)
    changed = Finding.objects.filter(pk=row.pk, version=version, released_at__isnull=True).update(
        version=F("version") + 1, **_columns(found)
    )
    if not changed:
        raise Stale("这个问题刚才有人改过，请刷新后再改；您填写的内容还在本页")
    row.refresh_from_db()
    note_finding(row, by, "修改问题")
    return row


@transaction.atomic
def drop_finding(*, by: User, finding_id: int, reason: str) -> Finding:
    """Take it back before it is released; it stays readable for those who knew it."""
    row = _held(finding_id)
    _require_hand(by, row, "撤销问题")
    _require_editable(row)
    kept = require_reason(reason)
    if not Finding.objects.filter(pk=row.pk, released_at__isnull=True, dropped_at__isnull=True).update(
        dropped_at=timezone.now(), dropped_reason=kept, version=F("version") + 1
    ):
        raise Stale("这个问题刚才有人办理过，请刷新")
    row.refresh_from_db()
    note_finding(row, by, "撤销问题", kept)
    return row


def add_photos(
    *, by: User, finding_id: int, photos: Sequence[UploadedFile], taken_on: date | None = None
) -> Raised:
    """More pictures of a finding that isn't released yet. Invalid when there is none at all."""
    with transaction.atomic():
        row = _held(finding_id)
        _require_hand(by, row, "加照片")
        _require_editable(row)
    if not photos:
        raise Invalid({"photos": "请选择照片"})
    kept, faults = _prepared(photos, taken_on)
    with transaction.atomic():
        row = _held(finding_id)
        _require_editable(row)
        _attach(row, by, kept, taken_on)
        if kept:
            note_finding(row, by, "加照片", changes={"张数": [0, len(kept)]})
    return Raised(row, tuple(one.note for one, _, _ in kept if one.note), tuple(faults), is_new=False)


# Checks ---------------------------------------------------------------------------------------------------


def _require_new(
    by: User, office_id: int, found: FindingInput, inspection_id: int | None, comment_id: int | None
) -> Inspection | None:
    inspection = None
    if inspection_id is not None:
        inspection = held_inspection(inspection_id)
        require_on_tour(by, inspection, "登记问题")
        if inspection.office_id != office_id:
            raise Refused("登记单位和检查的实施单位不同")
        if inspection.state not in (InspectionState.UNDER_WAY, InspectionState.FINISHED):
            raise Refused(f"检查{inspection.get_state_display()}，现在不能登记问题")
        seat = _seat_of(inspection.office)
    else:
        seat = require_seat(by, office_id, "登记问题")
    if comment_id is not None:
        comment = Comment.objects.filter(pk=comment_id).first()
        if comment is None:
            raise Refused("没有这条意见")
        if Finding.objects.filter(comment=comment).exists():
            raise Stale("这条意见已经转为问题，请刷新")
    _require_valid(found, seat)
    return inspection


def _require_hand(by: User, row: Finding, what: str) -> Seat:
    if row.inspection is not None:
        require_on_tour(by, row.inspection, what)
        return _seat_of(row.office)
    return require_seat(by, row.office_id, what)


def _seat_of(office: Unit) -> Seat:
    return Seat(office.pk, office.name, office.county_id)


def _require_editable(row: Finding) -> None:
    if row.released_at is not None:
        raise Refused("问题已经公布，不能再改；有出入的在督办单里说明")
    if row.dropped_at is not None:
        raise Refused("问题已经撤销")


def _require_valid(found: FindingInput, seat: Seat) -> None:
    faults: dict[str, str] = {}
    unit = Unit.objects.select_related("successor").filter(pk=found.unit_id).first()
    if unit is None:
        faults["unit"] = "请选择责任单位"
    elif fault := dissolved_fault(unit) or outside_fault(seat, [unit]):
        faults["unit"] = fault
    if not ProblemKind.objects.filter(pk=found.kind_id).exists():
        faults["kind"] = "请选择问题类别"
    if found.severity not in Severity.values:
        faults["severity"] = "请选择程度"
    if not found.text.strip():
        faults["text"] = "请写明问题"
    if not found.place.strip():
        faults["place"] = "请写明地点"
    if (found.latitude is None) != (found.longitude is None):
        faults["latitude"] = "经纬度要么都填，要么都空着"
    elif found.latitude is not None and found.longitude is not None:
        if not -90 <= found.latitude <= 90:
            faults["latitude"] = "纬度在 -90 到 90 之间"
        if not -180 <= found.longitude <= 180:
            faults["longitude"] = "经度在 -180 到 180 之间"
    if found.found_on is not None and found.found_on > clock.today():
        faults["found_on"] = "发现日期不能晚于今天"
    if faults:
        raise Invalid(faults)


def _held(finding_id: int) -> Finding:
    row = (
        Finding.objects.select_for_update(of=("self",))
        .select_related("inspection", "office", "unit", "kind")
        .filter(pk=finding_id)
        .first()
    )
    if row is None:
        raise Refused("没有这个问题")
    return row


def _columns(found: FindingInput) -> dict[str, object]:
    indicator_id = found.indicator_id
    if indicator_id is None and found.item_id is not None:
        indicator_id = (
            ChecklistItem.objects.filter(pk=found.item_id).values_list("indicator_id", flat=True).first()
        )
    return {
        "unit_id": found.unit_id,
        "kind_id": found.kind_id,
        "severity": found.severity,
        "text": found.text.strip()[:2000],
        "place": found.place.strip()[:120],
        "latitude": found.latitude,
        "longitude": found.longitude,
        "found_on": found.found_on or clock.today(),
        "indicator_id": indicator_id,
        "project_id": found.project_id,
        "item_id": found.item_id,
    }


# Pictures -------------------------------------------------------------------------------------------------

Kept = tuple[Prepared, StoredFile, StoredFile | None]


def _prepared(photos: Iterable[UploadedFile], taken_on: date | None) -> tuple[list[Kept], list[str]]:
    """Each picture by itself: stored, or why not. Writing may take long: no lock is held meanwhile."""
    kept: list[Kept] = []
    faults: list[str] = []
    for place, upload in enumerate(photos):
        try:
            if place >= MAX_PHOTOS:
                raise Invalid({"file": f"“{upload.name}”没有保存：一次最多 {MAX_PHOTOS} 张"})
            one = prepare_picture(upload)
            day = one.taken_on or taken_on
            if day is None:
                raise Invalid({"file": f"“{upload.name}”里没有拍摄信息，请填拍摄日期后再传"})
            if day > clock.today():
                raise Invalid({"file": f"“{upload.name}”的拍摄日期 {day} 晚于今天"})
            original = files.store(one.original) if one.original is not None else None
            kept.append((one, files.store(one.shown), original))
        except Invalid as error:
            faults += error.faults.values()
    return kept, faults


def _attach(row: Finding, by: User, kept: Sequence[Kept], stated: date | None) -> None:
    """Hang the pictures on the finding; before its release the log names neither file nor unit of it."""
    label = str(row) if row.is_released else f"问题 {row.pk}"
    for one, shown, original in kept:
        hung = [
            files.attach(
                by=by,
                file=stored,
                name=upload.name or "照片.jpg",
                owner_kind=OWNER,
                owner_id=row.pk,
                owner_label=label,
                unit_id=row.office_id,
                note=one.note,
            )
            if stored is not None and upload is not None
            else None
            for stored, upload in ((shown, one.shown), (original, one.original))
        ]
        assert hung[0] is not None
        day = one.taken_on or stated
        assert day is not None
        FindingPhoto.objects.create(
            finding=row,
            attachment=hung[0],
            original=hung[1],
            taken_on=day,
            from_exif=one.taken_on is not None,
            note=one.note[:120],
        )
    if (
        kept
        and row.latitude is None
        and (place := next((one.place for one, _, _ in kept if one.place), None))
    ):
        row.latitude, row.longitude = (Decimal(str(value)) for value in place)
        row.save(update_fields=["latitude", "longitude"])
