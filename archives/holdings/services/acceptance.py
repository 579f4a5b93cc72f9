"""What a piece says when it is handed in, and what follows when the office accepts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from archives.holdings.models import Accession, Piece, PieceVersion
from archives.holdings.queries.slots import MATERIAL, slots_of
from archives.holdings.rules.faults import Said, faults_of
from archives.holdings.rules.standing import SlotState
from archives.holdings.services.numbering import take_archive_number
from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import fulfil
from chuangmo.errors import Refused

__all__ = ["freeze_piece", "fulfil_materials", "submission_faults", "take_in"]

FACTS = (
    "title",
    "kind",
    "year",
    "covers_from",
    "document_number",
    "issuer",
    "pages",
    "signed_page",
    "note",
)


def last_version(piece: Piece) -> PieceVersion | None:
    """The newest file of a piece."""
    return piece.versions.select_related("file").order_by("-number").first()


def submission_faults(piece: Piece) -> dict[str, str]:
    """What keeps the piece from being handed in, by field."""
    said = Said(
        title=piece.title,
        kind=piece.kind,
        year=piece.year,
        first_year=piece.first_year,
        last_year=piece.plan.year,
        document_number=piece.document_number,
        dated_on=piece.dated_on,
        pages=piece.pages,
        signed_page=piece.signed_page,
        has_file=piece.versions.exists(),
        today=clock.today(),
    )
    return faults_of(said)


def freeze_piece(piece: Piece) -> dict[str, Any]:
    """The content of a revision: the facts, `first_year`, `dated_on` (ISO), `unit`, `indicator` and `indicators` (numbers),
    `indicator_ids`, `requirements` (id, code, name), `version` (id, number, name, sha256, size, attachment, origin)."""
    version = last_version(piece)
    assert version is not None  # `submission_faults` refused it otherwise
    indicators = list(piece.indicators.order_by("number"))
    requirements = piece.requirements.select_related("indicator").order_by("indicator__number", "order")
    return {
        **{name: getattr(piece, name) for name in FACTS},
        "first_year": piece.first_year,
        "dated_on": piece.dated_on.isoformat() if piece.dated_on else None,
        "unit": piece.unit.name,
        "indicator": piece.indicator.number,
        "indicators": [[one.number, one.short_name] for one in indicators],
        "indicator_ids": [one.pk for one in indicators],
        "requirements": [
            {"id": one.pk, "code": one.code, "name": one.name, "indicator": one.indicator.number}
            for one in requirements
        ],
        "version": {
            "id": version.pk,
            "number": version.number,
            "name": version.name,
            "sha256": version.file.sha256,
            "size": version.file.size,
            "attachment": version.attachment_id,
            "origin": version.origin_label,
            "origin_url": version.origin_url,
        },
    }


def take_in(piece: Piece, content: Mapping[str, Any], revision_no: int, by: User) -> Accession:
    """Make of an accepted revision what counts from now on; its archive number is given with the first. What it replaces
    stays. In the transaction of the acceptance."""
    if not piece.archive_number:
        number = take_archive_number(piece)
        if not Piece.objects.filter(pk=piece.pk, archive_number="").update(archive_number=number):
            raise Refused("这份材料刚才已归档，请刷新")
        piece.archive_number = number
    now = timezone.now()
    earlier = Accession.objects.filter(piece=piece)
    earlier.filter(replaced_at__isnull=True).update(replaced_at=now)
    row = Accession.objects.create(
        piece=piece,
        number=earlier.count() + 1,
        version_id=content["version"]["id"],
        revision_no=revision_no,
        archive_number=piece.archive_number,
        plan=piece.plan,
        unit=piece.unit,
        indicator=piece.indicator,
        dated_on=date.fromisoformat(content["dated_on"]) if content["dated_on"] else None,
        accepted_at=now,
        accepted_by=by,
        **{name: content[name] for name in FACTS},
    )
    row.indicators.set(content["indicator_ids"])
    row.requirements.set([one["id"] for one in content["requirements"]])
    fulfil_materials(piece, [one["id"] for one in content["requirements"]], by)
    return row


def fulfil_materials(piece: Piece, requirement_ids: Collection[int], by: User) -> None:
    """The unit's obligations of those materials of which every wanted year is now in the archive are done."""
    slots = slots_of(piece.plan, unit_ids=[piece.unit_id])
    for requirement_id in requirement_ids:
        mine = [slot for slot in slots if slot.requirement_id == requirement_id]
        if not mine or any(slot.state != SlotState.ACCEPTED for slot in mine):
            continue
        for row in Obligation.objects.open().filter(
            kind=MATERIAL, subject_kind=MATERIAL, subject_id=requirement_id, unit=piece.unit_id
        ):
            fulfil(row, by)
