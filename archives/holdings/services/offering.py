"""A unit brings a piece: begun for a required material, filled in, files added, discarded; all before it is handed in.

The file comes by upload or from an attachment that was accepted elsewhere (no second upload). Contents are stored once
(`chuangmo.files`), and nothing here tells anybody whether a content was known before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from archives.holdings.models import Piece, PieceVersion
from archives.holdings.queries.suggestions import Suggestion, suggestion_of
from archives.holdings.rights import may_offer
from archives.holdings.services.gate import lock_for_offer
from archives.holdings.services.proof import require_proof
from archives.texts.services import request_text
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files import services as files
from chuangmo.files.models import MaterialKind, StoredFile
from chuangmo.org.models import Unit
from chuangmo.review.models import Case, State
from indicators.plan.models import Indicator, MaterialRequirement, Plan
from indicators.plan.queries import material_providers_of_plan

__all__ = [
    "OWNER",
    "Offered",
    "add_version",
    "adopt_file",
    "begin_piece",
    "discard_piece",
    "save_piece",
]

OWNER = "piece"  # of the attachments
_TEXTS = ("title", "document_number", "issuer", "note")
_VALUES = ("kind", "year", "covers_from", "dated_on", "pages", "signed_page")
# What the archive number is made of cannot change any more once it is given.
_NUMBERED = {"kind": "资料种类", "year": "年度", "indicator_id": "主要指标"}


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything on the piece's form. `indicator_ids` and `requirement_ids` are all that it proves and answers; the first
    indicator is the main one."""

    title: str
    kind: str
    year: int
    indicator_ids: Sequence[int]
    requirement_ids: Sequence[int] = ()
    covers_from: int | None = None
    document_number: str = ""
    issuer: str = ""
    dated_on: date | None = None
    pages: int | None = None
    signed_page: int | None = None
    note: str = ""


def begin_piece(
    *,
    by: User,
    unit_id: int,
    requirement_id: int,
    year: int,
    upload: UploadedFile | None = None,
    suggestion: str = "",
) -> Piece:
    """A draft for a required material and year, with its first file: uploaded, or taken over by the key of a suggestion.

    The same file for the same material and year again gives the draft that is there. Refused, Invalid (`file`).
    """
    with transaction.atomic():
        requirement = _requirement(by, unit_id, requirement_id)
    plan = requirement.indicator.plan
    stored, name, origin = _file(by, plan, unit_id, upload, suggestion)
    with transaction.atomic():
        _requirement(by, unit_id, requirement_id)
        there = _there(unit_id, requirement_id, year, stored)
        if there is not None:
            return there
        unit = Unit.objects.get(pk=unit_id)
        piece = _draft(by, unit, requirement, year)
        _version(piece, by, stored, name, origin)
        if origin is not None and origin.dated_on is not None:
            Piece.objects.filter(pk=piece.pk).update(dated_on=origin.dated_on)
        piece.refresh_from_db()
        return piece


def _draft(by: User, unit: Unit, requirement: MaterialRequirement, year: int) -> Piece:
    case = Case.objects.create(kind=OWNER, unit=unit, state=State.DRAFT, step_entered_at=timezone.now())
    piece = Piece.objects.create(
        plan=requirement.indicator.plan,
        unit=unit,
        case=case,
        indicator=requirement.indicator,
        title=f"{unit.short_name}{year}年{requirement.name}"[:200],
        kind=requirement.kind,
        year=year,
        issuer=unit.name,
        created_by=by,
        updated_by=by,
    )
    piece.indicators.set([requirement.indicator_id])
    piece.requirements.set([requirement.pk])
    _note(piece, by, "建立归档材料", {"题名": ["", piece.title], "归档要求": ["", requirement.name]})
    return piece


def _requirement(by: User, unit_id: int, requirement_id: int) -> MaterialRequirement:
    """The required material that the person may answer for the unit."""
    row = (
        MaterialRequirement.objects.select_related("indicator", "indicator__plan")
        .filter(pk=requirement_id)
        .first()
    )
    if row is None:
        raise Refused("没有这项归档要求")
    if not may_offer(rights_of(by), unit_id):
        raise Refused("只有提供单位的填报员可以报送材料")
    if unit_id not in material_providers_of_plan(row.indicator.plan)[row.pk]:
        raise Refused("这项材料不由贵单位提供")
    return row


def _file(
    by: User, plan: Plan, unit_id: int, upload: UploadedFile | None, suggestion: str
) -> tuple[StoredFile, str, Suggestion | None]:
    """The stored content with its name, and where it was taken from if it was not uploaded. Outside any transaction:
    writing may take long."""
    if suggestion:
        found = suggestion_of(rights_of(by), plan, unit_id, suggestion)
        if found is None:
            raise Stale("这个附件已不能选用，请刷新后再选")
        return StoredFile.objects.get(pk=found.file_id), found.file_name, found
    if upload is None:
        raise Invalid({"file": "请选择文件"})
    files.check_upload(upload)
    require_proof(upload)
    return files.store(upload), upload.name or "", None


def _there(unit_id: int, requirement_id: int, year: int, stored: StoredFile) -> Piece | None:
    return Piece.objects.filter(
        unit=unit_id,
        year=year,
        requirements=requirement_id,
        versions__file=stored,
        discarded_at__isnull=True,
    ).first()


def add_version(*, by: User, piece_id: int, upload: UploadedFile) -> PieceVersion:
    """Another file in the place of the one before, which stays as an earlier version. Refused, Invalid (`file`)."""
    with transaction.atomic():
        lock_for_offer(by=by, piece_id=piece_id)
    files.check_upload(upload)
    require_proof(upload)
    stored = files.store(upload)
    with transaction.atomic():
        piece = lock_for_offer(by=by, piece_id=piece_id)
        return _version(piece, by, stored, upload.name or "", None)


def adopt_file(*, by: User, piece_id: int, suggestion: str) -> PieceVersion:
    """The same with a file that hangs on something accepted: no second upload. Refused, Stale."""
    with transaction.atomic():
        piece = lock_for_offer(by=by, piece_id=piece_id)
        stored, name, origin = _file(by, piece.plan, piece.unit_id, None, suggestion)
        return _version(piece, by, stored, name, origin)


def _version(
    piece: Piece, by: User, stored: StoredFile, name: str, origin: Suggestion | None
) -> PieceVersion:
    last = piece.versions.order_by("-number").first()
    if last is not None and last.file_id == stored.pk:
        raise Invalid({"file": f"这个文件与现有的第 {last.number} 版完全相同，没有再存"})
    attachment = files.attach(
        by=by,
        file=stored,
        name=name,
        owner_kind=OWNER,
        owner_id=piece.pk,
        owner_label=piece.title,
        unit_id=piece.unit_id,
        kind=piece.kind,
    )
    number = (piece.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    request_text(stored.pk, by=by)
    return PieceVersion.objects.create(
        piece=piece,
        number=number,
        file=stored,
        attachment=attachment,
        name=attachment.name,
        origin_kind=origin.origin_kind if origin else "",
        origin_id=origin.origin_id if origin else None,
        origin_label=origin.origin_label[:200] if origin else "",
        origin_url=origin.origin_url if origin else "",
        by=by,
    )


@transaction.atomic
def save_piece(*, by: User, piece_id: int, edits: int, offered: Offered) -> Piece:
    """Store what is filled in, complete or not. Refused, Stale (somebody saved meanwhile), Invalid by field."""
    piece = lock_for_offer(by=by, piece_id=piece_id)
    faults = _faults(piece, offered)
    if faults:
        raise Invalid(faults)
    before = _state(piece)
    values: dict[str, Any] = {name: getattr(offered, name).strip() for name in _TEXTS}
    values |= {name: getattr(offered, name) for name in _VALUES}
    done = Piece.objects.filter(pk=piece.pk, edits=edits).update(
        edits=F("edits") + 1, updated_by=by, indicator_id=offered.indicator_ids[0], **values
    )
    if not done:
        raise Stale("刚才有人保存过这份材料，请刷新后再试；您填的内容还在")
    piece.indicators.set(offered.indicator_ids)
    piece.requirements.set(offered.requirement_ids)
    piece.refresh_from_db()
    after = _state(piece)
    _note(
        piece,
        by,
        "填写归档材料",
        {name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    return piece


def _faults(piece: Piece, offered: Offered) -> dict[str, str]:
    faults = {}
    if offered.kind not in MaterialKind.values:
        faults["kind"] = "请选择资料种类"
    if not offered.indicator_ids:
        faults["indicators"] = "请至少选一项它证明的指标"
    elif Indicator.objects.filter(plan=piece.plan, pk__in=offered.indicator_ids).count() != len(
        set(offered.indicator_ids)
    ):
        faults["indicators"] = "指标不属于这个方案"
    providers = material_providers_of_plan(piece.plan)
    if any(piece.unit_id not in providers.get(pk, []) for pk in offered.requirement_ids):
        faults["requirements"] = "有的归档要求不由贵单位提供"
    elif (
        MaterialRequirement.objects.filter(pk__in=offered.requirement_ids)
        .exclude(indicator__in=offered.indicator_ids)
        .exists()
    ):
        faults["requirements"] = "所选归档要求的指标也要选上"
    if piece.archive_number and offered.indicator_ids:
        wanted = {"kind": offered.kind, "year": offered.year, "indicator_id": offered.indicator_ids[0]}
        fixed = [word for name, word in _NUMBERED.items() if getattr(piece, name) != wanted[name]]
        if fixed:
            faults.setdefault("kind", f"已有档号 {piece.archive_number}，{'、'.join(fixed)}不能再改")
    return faults


@transaction.atomic
def discard_piece(*, by: User, piece_id: int, reason: str) -> Piece:
    """Take a piece that was never accepted out of the lists, for a reason; its files and timeline stay. Refused, Invalid."""
    piece = lock_for_offer(by=by, piece_id=piece_id)
    if piece.archive_number:
        raise Refused(f"这份材料已有档号 {piece.archive_number}，不能作废")
    if not reason.strip():
        raise Invalid({"reason": "请写明为什么作废"})
    if not Piece.objects.filter(pk=piece.pk, discarded_at__isnull=True).update(discarded_at=timezone.now()):
        raise Stale("这份材料刚才已作废")
    record(
        by=by,
        action="作废归档材料",
        object_kind=OWNER,
        object_id=piece.pk,
        label=piece.title,
        unit_id=piece.unit_id,
        reason=reason.strip()[:2000],
    )
    return piece


def _state(piece: Piece) -> dict[str, Any]:
    """What is stored, in words, for the audit."""
    state: dict[str, Any] = {
        str(piece._meta.get_field(name).verbose_name): str(value)  # type: ignore[union-attr]
        if (value := getattr(piece, name)) is not None
        else ""
        for name in (*_TEXTS, *_VALUES)
    }
    state["主要指标"] = piece.indicator.number
    state["证明的指标"] = sorted(piece.indicators.values_list("number", flat=True))
    state["归档要求"] = sorted(piece.requirements.values_list("code", flat=True))
    return state


def _note(piece: Piece, by: User, action: str, changes: dict[str, Any]) -> None:
    record(
        by=by,
        action=action,
        object_kind=OWNER,
        object_id=piece.pk,
        label=piece.title,
        unit_id=piece.unit_id,
        changes=changes,
    )
