"""One piece may prove several indicators: the office says so of a piece that is in the archive already."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from archives.holdings.models import Accession, Piece
from archives.holdings.rights import may_accept
from archives.holdings.services.acceptance import FACTS, fulfil_materials
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from indicators.plan.models import MaterialRequirement

__all__ = ["also_proves"]


@transaction.atomic
def also_proves(*, by: User, piece_id: int, requirement_id: int) -> Accession:
    """Let an accepted piece answer one more required material, under the archive number that it has. Refused, Stale."""
    piece = (
        Piece.objects.select_for_update(of=("self",))
        .select_related("unit", "plan", "indicator", "case")
        .filter(pk=piece_id, discarded_at__isnull=True)
        .first()
    )
    if piece is None:
        raise Refused("没有这份材料")
    if not may_accept(rights_of(by), piece):
        raise Refused("只有创模办可以确认一份材料还证明什么")
    last = Accession.objects.counting().filter(piece=piece).first()
    if last is not None and piece.case.state != "accepted":
        raise Refused("这份材料正在更正，请等重新审定以后再确认")
    if last is None:
        raise Refused("还没有归档的材料，请在填写时选上它对应的要求")
    wanted = (
        MaterialRequirement.objects.select_related("indicator")
        .filter(pk=requirement_id, indicator__plan=piece.plan)
        .first()
    )
    if wanted is None:
        raise Refused("没有这项归档要求")
    if last.requirements.filter(pk=wanted.pk).exists():
        return last
    now = timezone.now()
    if not Accession.objects.filter(pk=last.pk, replaced_at__isnull=True).update(replaced_at=now):
        raise Stale("这份材料刚才有变化，请刷新")
    row = Accession.objects.create(
        piece=piece,
        number=last.number + 1,
        version=last.version,
        revision_no=last.revision_no,
        archive_number=last.archive_number,
        plan=piece.plan,
        unit=piece.unit,
        indicator=last.indicator,
        dated_on=last.dated_on,
        accepted_at=now,
        accepted_by=by,
        **{name: getattr(last, name) for name in FACTS},
    )
    row.indicators.set({*last.indicators.values_list("pk", flat=True), wanted.indicator_id})
    row.requirements.set({*last.requirements.values_list("pk", flat=True), wanted.pk})
    piece.indicators.add(wanted.indicator_id)
    piece.requirements.add(wanted.pk)
    record(
        by=by,
        action="增加证明的要求",
        object_kind="piece",
        object_id=piece.pk,
        label=f"{piece.archive_number} {piece.title}",
        unit_id=piece.unit_id,
        changes={"归档要求": ["", f"{wanted.indicator.number} {wanted.name}"]},
    )
    fulfil_materials(piece, [wanted.pk], by)
    return row
