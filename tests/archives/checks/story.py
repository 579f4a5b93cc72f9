"""A small archive with real papers in it: every piece proves indicator 18, and its file says what it says."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from archives.holdings.models import Piece
from archives.holdings.services import begin_piece
from archives.texts.services import request_missing
from chuangmo.jobs.services import run_due
from indicators.plan.models import MaterialRequirement
from tests.archives.holdings.story import bring, fill, make_registers, want
from tests.archives.texts import files
from tests.factories import Cast, give_role

TEXT = "生活垃圾无害化处理：钟山区 5 月产生生活垃圾 3120 吨，全部焚烧处理。"


def make_archive(cast: Cast) -> MaterialRequirement:
    """The registers, the checks, and one required paper: 正式发文 of the plan's year from both counties."""
    make_registers()
    call_command("loaddata", "common/12-archive-checks.json", verbosity=0)
    return want(cast, name="垃圾处理的通知", kind="正式发文")


def paper(
    cast: Cast,
    wanted: MaterialRequirement,
    text: str = TEXT,
    *,
    to: str = "accepted",
    by=None,
    **said: object,
) -> Piece:
    """A piece whose PDF says `text`, brought up to a state of its review, and read."""
    by = by or cast.owner
    upload = SimpleUploadedFile("通知.pdf", files.pdf(text))
    unit = by.memberships.get().unit
    year = said.pop("year", 2017)
    piece = begin_piece(by=by, unit_id=unit.pk, requirement_id=wanted.pk, year=year, upload=upload)
    piece = fill(piece, by, **said)
    if to != "draft":
        if by == cast.stranger:
            give_role(cast.colleague, unit, "reviewer")
        piece = bring(cast, piece, to)
    read_everything()
    return piece


def read_everything() -> None:
    request_missing()
    run_due()
