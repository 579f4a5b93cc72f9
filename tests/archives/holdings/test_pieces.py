"""A piece from its draft to its archive number, and everybody who may or may not do each step."""

from __future__ import annotations

from datetime import date

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from archives.holdings.models import Accession, ArchiveSeries, MaterialTerms, Piece, PieceVersion, Retention
from archives.holdings.services import add_version, also_proves, begin_piece, discard_piece
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.review import services as review
from chuangmo.review.models import ReviewEvent
from tests.archives.holdings.story import DOCUMENT, accepted, bring, fill, make_registers, offer, pdf, want
from tests.factories import Cast, IndicatorFactory, assign, give_role

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def wanted(cast: Cast):
    make_registers()
    return want(cast)


def test_from_draft_to_archive_number(cast: Cast, wanted) -> None:
    piece = offer(cast, wanted)
    assert (piece.title, piece.kind, piece.year) == ("钟山区2017年生活垃圾产生和处理统计", "数据表格", 2017)
    piece = bring(cast, piece, "accepted")
    assert piece.archive_number == "CM01-WS·2017-D30-ZB18-0001"
    row = Accession.objects.get(piece=piece)
    assert (row.number, row.version.number, row.replaced_at, row.accepted_by) == (1, 1, None, cast.office)
    assert [one.pk for one in row.requirements.all()] == [wanted.pk]
    assert [one.number for one in row.indicators.all()] == [18]
    second = accepted(cast, wanted, by=cast.owner, text="第二份")
    assert second.archive_number == "CM01-WS·2017-D30-ZB18-0002"


def test_series_are_by_year_kind_and_retention(cast: Cast, wanted) -> None:
    MaterialTerms.objects.create(
        requirement=want(cast, "i18.m2", kind=DOCUMENT), retention=Retention.objects.get(code="Y")
    )
    numbers = {
        accepted(cast, wanted, year=2017).archive_number,
        accepted(cast, wanted, year=2016, dated_on=date(2016, 5, 1)).archive_number,
        accepted(cast, MaterialTerms.objects.get().requirement).archive_number,
    }
    assert numbers == {
        "CM01-WS·2017-D30-ZB18-0001",
        "CM01-WS·2016-D30-ZB18-0001",
        "CM01-WS·2017-Y-ZB18-0001",
    }


def test_a_refused_acceptance_gives_its_number_back(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted), "verified")
    with pytest.raises(Stale), transaction.atomic():
        review.accept(case_id=piece.case_id, revision_no=1, by=cast.office)
        review.accept(case_id=piece.case_id, revision_no=1, by=cast.office)
    assert not ArchiveSeries.objects.exists()
    review.accept(case_id=piece.case_id, revision_no=1, by=cast.office)
    piece.refresh_from_db()
    assert piece.archive_number.endswith("-0001")


def test_returned_with_a_reason_and_offered_again(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted), "returned")
    assert piece.state == "returned"
    add_version(by=cast.owner, piece_id=piece.pk, upload=pdf("盖了章的"))
    again = review.submit(case_id=piece.case_id, revision_no=1, by=cast.owner)
    assert (again.state, again.revision_no) == ("submitted", 2)
    contents = [one.content["version"]["number"] for one in again.revisions.all()]
    assert contents == [1, 2]


def test_versions_stay_and_what_was_accepted_counts_while_it_is_put_right(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted), "unlocked")
    add_version(by=cast.owner, piece_id=piece.pk, upload=pdf("新的"))
    assert Accession.objects.counting().get(piece=piece).version.number == 1
    case = review.submit(case_id=piece.case_id, revision_no=1, by=cast.owner)
    for move, by in (
        (review.sign_off, cast.colleague),
        (review.verify, cast.lead),
        (review.accept, cast.office),
    ):
        case = move(case_id=case.pk, revision_no=2, by=by)
    piece.refresh_from_db()
    assert piece.archive_number == "CM01-WS·2017-D30-ZB18-0001"
    assert Accession.objects.counting().get(piece=piece).version.number == 2
    assert [one.number for one in piece.versions.all()] == [1, 2]
    with pytest.raises(Invalid, match="完全相同"), transaction.atomic():
        review.unlock(case_id=case.pk, revision_no=2, by=cast.office, reason="再换")
        add_version(by=cast.owner, piece_id=piece.pk, upload=pdf("新的"))


def test_what_the_number_is_made_of_stays(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted), "unlocked")
    with pytest.raises(Invalid) as refused:
        fill(piece, cast.owner, year=2016)
    assert refused.value.faults == {"kind": "已有档号 CM01-WS·2017-D30-ZB18-0001，年度不能再改"}


@pytest.mark.parametrize("model", [PieceVersion, Accession])
def test_the_database_refuses_to_change_what_is_kept(cast: Cast, wanted, model) -> None:
    accepted(cast, wanted)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(number=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")
    assert model.objects.get().number == 1


def test_one_piece_may_prove_several_indicators(cast: Cast, wanted) -> None:
    other = IndicatorFactory(plan=cast.plan, category=cast.indicator.category, number=26)
    assign(other, cast.county)
    also = want(cast, "i26.m1", indicator=other, provider="responsible", name="卫生城市测评")
    piece = accepted(cast, wanted)
    with pytest.raises(Refused, match="只有创模办"):
        also_proves(by=cast.owner, piece_id=piece.pk, requirement_id=also.pk)
    row = also_proves(by=cast.office, piece_id=piece.pk, requirement_id=also.pk)
    assert sorted(one.number for one in row.indicators.all()) == [18, 26]
    assert (row.archive_number, row.number) == (piece.archive_number, 2)
    assert also_proves(by=cast.office, piece_id=piece.pk, requirement_id=also.pk).pk == row.pk
    assert AuditEvent.objects.filter(action="增加证明的要求").count() == 1


def test_the_same_file_for_the_same_paper_is_one_piece(cast: Cast, wanted) -> None:
    given = {"by": cast.owner, "unit_id": cast.county.pk, "requirement_id": wanted.pk, "year": 2017}
    first = begin_piece(**given, upload=pdf("同一份"))
    again = begin_piece(**given, upload=pdf("同一份", name="又一次.pdf"))
    assert (again.pk, Piece.objects.count(), PieceVersion.objects.count()) == (first.pk, 1, 1)


# Who may what in which state ------------------------------------------------------------------------------

STATES = ("draft", "submitted", "signed_off", "verified", "accepted", "returned", "unlocked")
DRAFTS = {"draft", "returned", "unlocked"}
# Action → who may at all, and in which states.
MAY = {
    "fill": ({"owner", "owner2"}, DRAFTS),
    "version": ({"owner", "owner2"}, DRAFTS),
    "discard": ({"owner", "owner2"}, {"draft", "returned"}),
    "submit": ({"owner", "owner2"}, DRAFTS),
    "sign_off": ({"colleague"}, {"submitted"}),
    "verify": ({"lead"}, {"signed_off"}),
    "accept": ({"office"}, {"verified"}),
    "unlock": ({"office"}, {"accepted"}),
    "also": ({"office"}, {"accepted"}),
}
PEOPLE = (
    "owner",
    "owner2",
    "colleague",
    "stranger",
    "lead",
    "lead_clerk",
    "office",
    "county_office",
    "inspector",
    "admin",
)


def _do(action: str, cast: Cast, piece: Piece, person: str, also) -> None:
    by, case = getattr(cast, person), piece.case
    if action == "fill":
        fill(piece, by, title=f"{person}改过")
    elif action == "version":
        add_version(by=by, piece_id=piece.pk, upload=pdf(f"{person}传的"))
    elif action == "discard":
        discard_piece(by=by, piece_id=piece.pk, reason="重复")
    elif action == "also":
        also_proves(by=by, piece_id=piece.pk, requirement_id=also.pk)
    else:
        reason = "换成盖章件" if action == "unlock" else ""
        getattr(review, action)(case_id=case.pk, revision_no=case.revision_no, by=by, reason=reason)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.sqlite_only
def test_who_may_do_what(cast: Cast, wanted, state: str) -> None:
    also = want(cast, "i18.m9", name="另一项")
    piece = bring(cast, offer(cast, wanted), state)
    assert piece.case.state == state
    done = set()
    for action in MAY:
        for person in PEOPLE:
            try:
                with transaction.atomic():
                    _do(action, cast, piece, person, also)
                    done.add((action, person))
                    raise _TakenBack
            except (DomainError, _TakenBack):
                continue
    assert done == {
        (action, person) for action, (people, states) in MAY.items() if state in states for person in people
    }


class _TakenBack(Exception):
    """Undoes what was tried."""


def test_who_filled_it_in_does_not_check_it(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted), "submitted")
    give_role(cast.owner, cast.county, "reviewer")
    with pytest.raises(Refused, match="自己提交的不能自己单位审核"):
        review.sign_off(case_id=piece.case_id, revision_no=1, by=cast.owner)


def test_the_lead_units_own_material_skips_its_check(cast: Cast, wanted) -> None:
    own = want(cast, "i18.m3", provider="lead", name="无害化等级评定")
    piece = offer(cast, own, by=cast.lead_clerk)
    case = review.submit(case_id=piece.case_id, revision_no=0, by=cast.lead_clerk)
    case = review.sign_off(case_id=case.pk, revision_no=1, by=cast.lead)
    assert case.state == "verified"
    skipped = ReviewEvent.objects.get(case=case, skipped=True)
    assert (skipped.action, skipped.reason) == ("verify", "牵头单位自己的材料，不再经牵头单位核定")


# Bad input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (pdf("a", name="密.pdf", encryption=pikepdf.Encryption(owner="o", user="u")), "有打开密码"),
        (pdf("a", pages=0, name="空.pdf"), "没有一页内容"),
        (SimpleUploadedFile("断.pdf", pdf("a").read()[:120]), "打不开"),
        (SimpleUploadedFile("空.pdf", b""), "空文件"),
        (SimpleUploadedFile("假.pdf", b"<html><script>1</script></html>"), "内容不是 pdf 文件"),
        (SimpleUploadedFile("表.xlsx", b"PK\x03\x04" + b"0" * 50), "打不开"),
        (SimpleUploadedFile("x.svg", b"<svg/>"), "请另存为 PNG 或 PDF"),
    ],
    ids=["password", "no-page", "cut", "empty", "false", "broken-zip", "svg"],
)
def test_what_cannot_be_proof_is_refused_with_a_word(cast: Cast, wanted, upload, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        begin_piece(by=cast.owner, unit_id=cast.county.pk, requirement_id=wanted.pk, year=2017, upload=upload)
    assert word in refused.value.faults["file"]
    assert not Piece.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("统" * 300 + ".pdf", "统" * 116 + ".pdf"),
        ("../../etc/统计.pdf", "统计.pdf"),
        ("统计\u202efdp.exe.pdf", "统计fdp.exe.pdf"),
    ],
    ids=["long", "path", "rtl"],
)
def test_names_are_made_harmless(cast: Cast, wanted, name: str, kept: str) -> None:
    upload = pdf("a")
    upload._name = name  # as a request may bring it: Django's own cleaning is not what we rely on
    piece = begin_piece(
        by=cast.owner, unit_id=cast.county.pk, requirement_id=wanted.pk, year=2017, upload=upload
    )
    assert piece.versions.get().name == kept


def test_everything_that_is_missing_is_said_at_once(cast: Cast, wanted) -> None:
    piece = offer(cast, wanted, dated_on=None, signed_page=3)
    with pytest.raises(Invalid) as refused:
        review.submit(case_id=piece.case_id, revision_no=0, by=cast.owner)
    assert refused.value.faults == {"dated_on": "请填文件上的日期", "signed_page": "全文只有 1 页"}


def test_only_who_owes_it_may_bring_it(cast: Cast, wanted) -> None:
    own = want(cast, "i18.m3", provider="lead", name="无害化等级评定")
    with pytest.raises(Refused, match="不由贵单位提供"):
        begin_piece(by=cast.owner, unit_id=cast.county.pk, requirement_id=own.pk, year=2017, upload=pdf())
    with pytest.raises(Refused, match="只有提供单位的填报员"):
        begin_piece(
            by=cast.stranger, unit_id=cast.county.pk, requirement_id=wanted.pk, year=2017, upload=pdf()
        )
