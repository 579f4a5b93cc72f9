"""A small archive: what indicator 18 wants from the cast's units, and pieces that were brought as far as a test needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from archives.holdings.models import ArchiveCategory, Folder, Fonds, KindRule, Piece, Retention
from archives.holdings.services import Offered, begin_piece, save_box, save_folder, save_piece
from chuangmo.access.models import User
from chuangmo.files.models import MaterialKind
from chuangmo.review import services as review
from chuangmo.review.models import Case
from indicators.plan.models import MaterialRequirement
from tests.factories import Cast
from tests.indicators.reporting.review.story import ACTORS, WAYS

TABLE, DOCUMENT = MaterialKind.TABLE, MaterialKind.DOCUMENT


def make_registers() -> Fonds:
    """What archive numbers are made of: everything 文书 D30."""
    fonds = Fonds.objects.create(code="CM01", name="市创模办", is_current=True)
    category = ArchiveCategory.objects.create(code="WS", name="文书")
    retention = Retention.objects.create(code="D30", name="30 年", years=30)
    Retention.objects.create(code="Y", name="永久")
    for kind in MaterialKind.values:
        KindRule.objects.create(kind=kind, category=category, retention=retention)
    return fonds


def want(cast: Cast, code: str = "i18.m1", **more: object) -> MaterialRequirement:
    """A required material of indicator 18: a table of the plan's year from both counties, unless told otherwise."""
    values = {
        "indicator": cast.indicator,
        "name": "生活垃圾产生和处理统计",
        "kind": TABLE,
        "years": 1,
        "provider": "counties",
        "order": MaterialRequirement.objects.count(),
        **more,
    }
    return MaterialRequirement.objects.create(code=code, **values)


def pdf(text: str = "一", pages: int = 1, name: str = "统计表.pdf", **save: object) -> SimpleUploadedFile:
    """A real PDF whose content depends on `text`."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = text
    out = BytesIO()
    document.save(out, static_id=True, **save)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def offer(
    cast: Cast,
    wanted: MaterialRequirement,
    *,
    by: User | None = None,
    text: str = "",
    year: int = 2017,
    **said: object,
) -> Piece:
    """A draft with one file, filled in as far as it has to be."""
    by = by or cast.owner
    unit = by.memberships.get().unit
    piece = begin_piece(
        by=by,
        unit_id=unit.pk,
        requirement_id=wanted.pk,
        year=year,
        upload=pdf(text or f"{unit.name}{wanted.code}{year}"),
    )
    return fill(piece, by, **said)


def fill(piece: Piece, by: User, **said: object) -> Piece:
    """The form with everything that is asked for."""
    values = {
        "title": piece.title,
        "kind": piece.kind,
        "year": piece.year,
        "covers_from": piece.covers_from,
        "indicator_ids": [
            piece.indicator_id,
            *piece.indicators.exclude(pk=piece.indicator_id).values_list("pk", flat=True),
        ],
        "requirement_ids": list(piece.requirements.values_list("pk", flat=True)),
        "document_number": "钟统〔2017〕3号",
        "issuer": piece.unit.name,
        "dated_on": date(2017, 5, 20),
        "pages": 1,
        "signed_page": 1,
        **said,
    }
    return save_piece(by=by, piece_id=piece.pk, edits=piece.edits, offered=Offered(**values))  # type: ignore[arg-type]


def bring(cast: Cast, piece: Piece, to: str) -> Piece:
    """From its draft through the review up to a state of its case."""
    for action in WAYS[to]:
        case = Case.objects.get(pk=piece.case_id)
        by = getattr(cast, ACTORS[action])
        if action == "submit" and piece.unit_id != cast.county.pk:
            by = piece.updated_by
        getattr(review, action)(case_id=case.pk, revision_no=case.revision_no, by=by, reason="请换成盖章件")
    return Piece.objects.select_related("case", "unit", "plan", "indicator").get(pk=piece.pk)


def accepted(cast: Cast, wanted: MaterialRequirement, **more: object) -> Piece:
    return bring(cast, offer(cast, wanted, **more), "accepted")  # type: ignore[arg-type]


def typed(piece: Piece, **more: object) -> dict[str, Any]:
    """The piece's form as the browser sends it."""
    return {
        "edits": piece.edits,
        "title": piece.title,
        "kind": piece.kind,
        "year": piece.year,
        "dated_on": "2017-05-20",
        "indicator": piece.indicator_id,
        "requirements": list(piece.requirements.values_list("pk", flat=True)),
        **more,
    }


@dataclass
class Archive:
    """A draft and an accepted piece of the owner's county, two wanted materials, a folder in a box."""

    wanted: MaterialRequirement
    also: MaterialRequirement
    draft: Piece
    kept: Piece
    folder: Folder

    def addresses(self) -> dict[str, dict[str, Any]]:
        """What each address of the archive is about."""
        draft, box = {"piece_id": self.draft.pk}, {"box_id": self.folder.box_id}
        return {
            "holdings:matrix-current": {},
            "holdings:mine": {},
            "holdings:matrix-show": {"plan": "2017"},
            "holdings:piece-list": {"plan": "2017"},
            "holdings:catalogue-show": {"plan": "2017", "number": 18},
            "holdings:requirement-show": {"requirement_id": self.wanted.pk},
            "holdings:requirement-offer": {"requirement_id": self.wanted.pk},
            "holdings:piece-show": draft,
            "holdings:piece-version": draft,
            "holdings:piece-discard": draft,
            "holdings:piece-also": {"piece_id": self.kept.pk},
            "holdings:piece-place": {"piece_id": self.kept.pk},
            "holdings:box-list": {},
            "holdings:box-show": box,
            "holdings:box-label": box,
            "holdings:folder-print": {"folder_id": self.folder.pk},
        }

    def bodies(self) -> dict[str, dict[str, Any]]:
        """What is posted to each."""
        return {
            "holdings:requirement-offer": {"unit": self.draft.unit_id, "year": 2017, "file": pdf("又一份")},
            "holdings:piece-show": typed(self.draft, title="改过的题名"),
            "holdings:piece-version": {"file": pdf("新版")},
            "holdings:piece-discard": {"reason": "重复"},
            "holdings:piece-also": {"requirement": self.also.pk},
            "holdings:piece-place": {"folder": self.folder.pk, "page_from": 1, "page_to": 3},
            "holdings:box-list": {"title": "2017 年固废", "place": "一柜二层"},
            "holdings:box-show": {"title": "改过的盒", "place": "", "edits": 0},
        }


def make_archive(cast: Cast) -> Archive:
    make_registers()
    wanted, also = want(cast), want(cast, "i18.m2", name="无害化等级评定", kind=DOCUMENT)
    box = save_box(by=cast.office, title="2017 年固体废物", place="一柜一层")
    return Archive(
        wanted=wanted,
        also=also,
        draft=offer(cast, wanted),
        kept=accepted(cast, wanted, text="已经归档的"),
        folder=save_folder(by=cast.office, box_id=box.pk, title="生活垃圾"),
    )
