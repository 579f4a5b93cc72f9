"""What is wanted and what there is: slots, matrix, evidence, now and on a day; how many queries it takes."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archives.holdings.models import Accession, MaterialTerms, Piece
from archives.holdings.queries import completeness, evidence_for, evidence_of_plan, slots_of, visible_pieces
from archives.holdings.queries.checklist import items_of
from archives.holdings.queries.mine import owed_of
from archives.holdings.queries.pieces import same_content
from archives.holdings.queries.suggestions import suggestions_for
from archives.holdings.scoring import archive_complete
from archives.holdings.services import add_version, begin_piece
from archives.holdings.services.owing import materials_settled
from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import reconcile, waive_one
from chuangmo.errors import Stale
from chuangmo.files.models import StoredFile
from chuangmo.files.services import attach, store
from chuangmo.org.models import Unit, UnitKind
from chuangmo.review import services as review
from chuangmo.review.models import Case, ReviewEvent
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Milestone, Plan
from indicators.reporting.services.attaching import attach_file
from projects.works.models import Progress
from projects.works.services.opening import open_progress
from projects.works.services.pictures import add_picture
from supervision.orders.models import Order, OrderEvent
from tests.archives.holdings.story import DOCUMENT, accepted, bring, fill, make_registers, offer, pdf, want
from tests.factories import (
    AssignmentFactory,
    Cast,
    ChecklistItemFactory,
    DutyFactory,
    IndicatorFactory,
    UnitFactory,
    UserFactory,
    give_role,
)
from tests.indicators.reporting.review.story import report_in, step
from tests.projects.works.conftest import approved, make_project
from tests.projects.works.pictures import picture

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def wanted(cast: Cast):
    make_registers()
    return want(cast)


def states(plan: Plan, **narrowed: object) -> dict[tuple[str, int], str]:
    names = dict(Unit.objects.values_list("pk", "short_name"))
    return {(names.get(slot.unit_id, ""), slot.year): str(slot.state) for slot in slots_of(plan, **narrowed)}


@pytest.mark.parametrize(
    ("to", "state"),
    [
        ("draft", "draft"),
        ("submitted", "offered"),
        ("signed_off", "offered"),
        ("verified", "checked"),
        ("accepted", "accepted"),
        ("returned", "returned"),
        ("unlocked", "accepted"),
    ],
)
def test_where_a_paper_stands(cast: Cast, wanted, to: str, state: str) -> None:
    bring(cast, offer(cast, wanted), to)
    assert states(cast.plan) == {("钟山区", 2017): state, ("水城县", 2017): "missing"}


def test_the_piece_that_got_furthest_says_where_it_stands(cast: Cast, wanted) -> None:
    bring(cast, offer(cast, wanted, text="一"), "returned")
    accepted(cast, wanted, text="二")
    offer(cast, wanted, text="三")
    assert states(cast.plan)["钟山区", 2017] == "accepted"


def test_several_years_are_the_full_ones_before_the_plan(cast: Cast, wanted) -> None:
    three = want(cast, "i18.m3", years=3, provider="lead", name="年报")
    piece = offer(cast, three, by=cast.lead_clerk, year=2016, covers_from=2015, dated_on=date(2017, 1, 9))
    case = review.submit(case_id=piece.case_id, revision_no=0, by=cast.lead_clerk)
    case = review.sign_off(case_id=case.pk, revision_no=1, by=cast.lead)
    review.accept(case_id=case.pk, revision_no=1, by=cast.office)
    assert states(cast.plan, requirement_id=three.pk) == {
        ("市城管局", 2014): "missing",
        ("市城管局", 2015): "accepted",
        ("市城管局", 2016): "accepted",
    }


def test_nobody_named_is_a_gap_and_the_office_may_let_a_unit_off(cast: Cast, wanted) -> None:
    want(cast, "i18.m4", provider="unit:没有这个局", name="无人提供")
    Milestone.objects.create(plan=cast.plan, code="archive_done", name="归档", due_on=date(2017, 8, 31))
    reconcile(date(2017, 6, 6))
    row = Obligation.objects.get(kind="material", subject_id=wanted.pk, unit=cast.other_county)
    assert row.subject_url == f"/archives/wanted/{wanted.pk}/"
    waive_one(obligation_id=row.pk, reason="2017 年没有这项业务", by=cast.office)
    assert states(cast.plan) == {
        ("钟山区", 2017): "missing",
        ("水城县", 2017): "waived",
        ("", 2017): "missing",
    }
    [cell] = completeness(cast.plan)
    assert (cell.wanted, cell.waived, cell.missing, cell.state, cell.share) == (
        2,
        1,
        2,
        "missing",
        Decimal(0),
    )


def test_completeness_counts_by_indicator_year_and_kind(cast: Cast, wanted) -> None:
    want(cast, "i18.m2", kind=DOCUMENT, provider="lead", name="评定")
    accepted(cast, wanted)
    bring(cast, offer(cast, wanted, by=cast.stranger), "submitted")
    cells = {(cell.year, cell.kind): cell for cell in completeness(cast.plan)}
    table, document = cells[2017, "数据表格"], cells[2017, "正式发文"]
    assert (table.wanted, table.accepted, table.offered, table.missing, str(table.state)) == (
        2,
        1,
        1,
        0,
        "offered",
    )
    assert (document.wanted, document.accepted, document.missing, document.is_complete) == (1, 0, 1, False)


# As of a day ----------------------------------------------------------------------------------------------


def test_what_did_we_have_on_31_may(cast: Cast, wanted) -> None:
    piece = bring(cast, offer(cast, wanted, dated_on=date(2017, 5, 2)), "verified")
    with moment(datetime(2017, 5, 31, 23, 30, tzinfo=ZONE)):
        review.accept(case_id=piece.case_id, revision_no=1, by=cast.office)
    with moment(datetime(2017, 6, 1, 0, 30, tzinfo=ZONE)):
        review.unlock(case_id=piece.case_id, revision_no=1, by=cast.office, reason="缺末页")
        second = add_version(by=cast.owner, piece_id=piece.pk, upload=pdf("完整的"))
        piece.refresh_from_db()
        fill(piece, cast.owner, title="完整的统计表", dated_on=date(2017, 5, 2))
        case = review.submit(case_id=piece.case_id, revision_no=1, by=cast.owner)
        for move, by in (
            (review.sign_off, cast.colleague),
            (review.verify, cast.lead),
            (review.accept, cast.office),
        ):
            case = move(case_id=case.pk, revision_no=2, by=by)

    def had(day: date | None) -> list[tuple[str, int]]:
        return [(row.title, row.version_number) for row in evidence_for(18, cast.plan, day)]

    assert had(date(2017, 5, 30)) == []
    assert had(date(2017, 5, 31)) == [("钟山区2017年生活垃圾产生和处理统计", 1)]
    assert had(date(2017, 6, 1)) == had(None) == [("完整的统计表", 2)]
    assert states(cast.plan, as_of=date(2017, 5, 30))["钟山区", 2017] == "missing"
    assert states(cast.plan, as_of=date(2017, 5, 31))["钟山区", 2017] == "accepted"
    [row] = evidence_for(18, cast.plan)
    assert (row.version_id, row.sha256, row.archive_number) == (
        second.pk,
        second.file.sha256,
        piece.archive_number,
    )
    assert evidence_of_plan(cast.plan) == {18: [row]}


# How many queries -----------------------------------------------------------------------------------------


def _many(cast: Cast, wanted, units: int) -> None:
    """So many more counties, each with an accepted piece, written in bulk."""
    first = Accession.objects.order_by("pk").first()
    template = Piece.objects.get(pk=first.piece_id)
    for number in range(units):
        unit = UnitFactory(
            name=f"第{number}县{units}", short_name=f"第{number}县{units}"[:30], kind=UnitKind.COUNTY
        )
        DutyFactory(indicator=cast.indicator, unit=unit)
        case = Case.objects.create(kind="piece", unit=unit, state="accepted", step_entered_at=timezone.now())
        piece = Piece.objects.create(
            plan=cast.plan,
            unit=unit,
            case=case,
            indicator=cast.indicator,
            title=f"统计 {number}",
            kind=wanted.kind,
            year=2017,
            archive_number=f"X{units}-{number:04d}",
            created_by=cast.owner,
            updated_by=cast.owner,
        )
        piece.indicators.add(cast.indicator)
        piece.requirements.add(wanted)
        version = template.versions.get()
        row = Accession.objects.create(
            piece=piece,
            number=1,
            version=version,
            revision_no=1,
            archive_number=piece.archive_number,
            plan=cast.plan,
            unit=unit,
            indicator=cast.indicator,
            accepted_at=timezone.now(),
            accepted_by=cast.office,
            title=piece.title,
            kind=piece.kind,
            year=2017,
        )
        row.indicators.add(cast.indicator)
        row.requirements.add(wanted)


def _queries(call) -> int:
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


@pytest.mark.sqlite_only
def test_the_number_of_queries_does_not_grow(cast: Cast, wanted, client) -> None:
    accepted(cast, wanted)
    client.force_login(cast.office, backend="django.contrib.auth.backends.ModelBackend")
    asked = {
        "completeness": lambda: completeness(cast.plan),
        "evidence": lambda: evidence_of_plan(cast.plan),
        "owed": lambda: owed_of(cast.plan, rights_of(cast.stranger)),
        "matrix": lambda: client.get("/p/2017/archives/"),
        "catalogue": lambda: client.get("/p/2017/archives/18/"),
        "register": lambda: client.get("/p/2017/archives/pieces/"),
        "requirement": lambda: client.get(f"/archives/wanted/{wanted.pk}/"),
        "indicator": lambda: client.get("/p/2017/indicators/18/"),
    }
    _many(cast, wanted, 3)
    few = {name: _queries(call) for name, call in asked.items()}
    _many(cast, wanted, 30)
    many = {name: _queries(call) for name, call in asked.items()}
    assert many == few
    assert few["completeness"] <= 8 and few["evidence"] <= 3
    assert len(completeness(cast.plan)) == 1 and completeness(cast.plan)[0].accepted == 34


# What is owed ---------------------------------------------------------------------------------------------


def test_acceptance_of_every_year_settles_what_is_owed(cast: Cast, wanted) -> None:
    three = want(cast, "i18.m3", years=2, name="年报")
    Milestone.objects.create(plan=cast.plan, code="archive_done", name="归档", due_on=date(2017, 8, 31))
    reconcile(date(2017, 6, 6))

    def done() -> Counter[tuple[int, int]]:
        rows = Obligation.objects.filter(kind="material", done_at__isnull=False)
        return Counter(rows.values_list("subject_id", "unit_id"))

    accepted(cast, three, year=2015, dated_on=date(2016, 1, 5))
    assert done() == Counter()
    accepted(cast, three, year=2016, dated_on=date(2017, 1, 5))
    assert done() == Counter({(three.pk, cast.county.pk): 1})


def test_papers_that_were_there_first_settle_it_too(cast: Cast, wanted) -> None:
    accepted(cast, wanted)
    Milestone.objects.create(plan=cast.plan, code="archive_done", name="归档", due_on=date(2017, 8, 31))
    reconcile(date(2017, 6, 6))
    rows = Obligation.objects.filter(kind="material").order_by("unit__order")
    assert [(row.unit.short_name, row.done_at is not None) for row in rows] == [
        ("钟山区", True),
        ("水城县", False),
    ]
    assert materials_settled(date(2017, 6, 6), date(2018, 6, 6)) == ()


# Suggestions ----------------------------------------------------------------------------------------------


def test_a_file_of_an_accepted_report_becomes_a_piece_by_one_click(cast: Cast, wanted) -> None:
    report = report_in(cast, "draft")
    row = attach_file(
        by=cast.owner,
        report_id=report.pk,
        upload=pdf("台账", name="2017年生活垃圾处理统计.pdf"),
        kind="数据表格",
    )
    for action in ("submit", "sign_off", "verify"):
        step(cast, report, action)
    assert _suggested(cast) == []  # not accepted yet
    step(cast, report, "accept")
    [found] = _suggested(cast)
    assert (found.key, found.origin_kind, found.year) == (f"report:{row.pk}", "report", 2017)
    before = StoredFile.objects.count()
    piece = begin_piece(
        by=cast.owner, unit_id=cast.county.pk, requirement_id=wanted.pk, year=2017, suggestion=found.key
    )
    version = piece.versions.get()
    assert (version.file_id, version.origin_kind, version.origin_id) == (row.file_id, "report", report.pk)
    assert StoredFile.objects.count() == before
    assert _suggested(cast) == []  # it is taken
    case = review.submit(case_id=fill(piece, cast.owner).case_id, revision_no=0, by=cast.owner)
    assert case.state == "verified"  # its unit and the lead have checked it with the report
    skipped = ReviewEvent.objects.filter(case=case, skipped=True).values_list("action", flat=True)
    assert list(skipped) == ["sign_off", "verify"]


def test_pictures_of_accepted_progress_are_suggested(cast: Cast, wanted) -> None:
    photos = want(cast, "i18.m5", kind="图片资料", name="处理设施照片")
    approved(cast, make_project(cast))
    open_progress(plan=cast.plan, until=date(2017, 6, 1))
    progress = Progress.objects.get(period_end=date(2017, 6, 30))
    row = add_picture(
        by=cast.owner,
        progress_id=progress.pk,
        upload=picture(taken="2017:06:02 10:00:00"),
        caption="渗滤液池",
    )
    assert _suggested(cast) == []
    Case.objects.filter(pk=progress.case_id).update(state="accepted")
    [found] = _suggested(cast)
    assert (found.key, found.year, found.dated_on) == (
        f"progress:{row.attachment_id}",
        2017,
        date(2017, 6, 2),
    )
    piece = begin_piece(
        by=cast.owner, unit_id=cast.county.pk, requirement_id=photos.pk, year=2017, suggestion=found.key
    )
    assert piece.dated_on == date(2017, 6, 2)


def test_answers_to_closed_orders_are_suggested(cast: Cast, wanted) -> None:
    want(cast, "i18.m6", name="渗滤液整改材料", kind="说明报告")
    order = Order.objects.create(
        plan=cast.plan,
        office=cast.city_office,
        unit=cast.county,
        title="渗滤液外溢整改",
        requirements="清理并加盖",
        indicator=cast.indicator,
        due_on=date(2017, 5, 20),
        original_due_on=date(2017, 5, 20),
        created_by=cast.office,
        issued_by=cast.office,
        issued_on=date(2017, 5, 2),
        year=2017,
        number=1,
        document_number="水创督〔2017〕1号",
        state="answered",
    )
    row = attach(
        by=cast.owner,
        file=store(pdf("整改报告")),
        name="渗滤液整改报告.pdf",
        owner_kind="order",
        owner_id=order.pk,
        owner_label="督办单",
        unit_id=cast.county.pk,
    )
    event = OrderEvent.objects.create(
        order=order,
        at=timezone.now(),
        on=date(2017, 5, 18),
        by=cast.owner,
        by_name="李静",
        unit=cast.county,
        action="answer",
        word="反馈",
    )
    event.files.add(row)
    assert _suggested(cast) == []
    Order.objects.filter(pk=order.pk).update(state="closed", closed_on=date(2017, 5, 20), closed_late=False)
    assert [(one.key, one.origin_label, one.year) for one in _suggested(cast)] == [
        (f"order:{row.pk}", "督办单 水创督〔2017〕1号", 2017)
    ]


def _suggested(cast: Cast):
    slots = [slot for slot in slots_of(cast.plan, unit_ids=[cast.county.pk]) if slot.is_open]
    return [one for found in suggestions_for(cast.plan, slots).values() for one in found]


def test_nothing_is_taken_over_that_was_not_offered(cast: Cast, wanted) -> None:
    report = report_in(cast, "draft")
    row = attach_file(by=cast.owner, report_id=report.pk, upload=pdf("x"))
    with pytest.raises(Stale):
        begin_piece(
            by=cast.owner,
            unit_id=cast.county.pk,
            requirement_id=wanted.pk,
            year=2017,
            suggestion=f"report:{row.pk}",
        )
    with pytest.raises(Stale):  # another unit's
        begin_piece(
            by=cast.stranger,
            unit_id=cast.other_county.pk,
            requirement_id=wanted.pk,
            year=2017,
            suggestion=f"report:{row.pk}",
        )


def test_a_checklist_item_is_answered_by_the_same_upload(cast: Cast, wanted) -> None:
    item = ChecklistItemFactory(indicator=cast.indicator, item="台账齐全")
    alone = ChecklistItemFactory(indicator=cast.indicator, item="别的事", order=999)
    MaterialTerms.objects.create(requirement=wanted).checklist.add(item)
    assert [(one.item.item, one.is_linked, list(one.numbers)) for one in items_of(cast.indicator)] == [
        ("台账齐全", True, []),
        (alone.item, False, []),
    ]
    piece = accepted(cast, wanted)
    assert items_of(cast.indicator)[0].numbers == [piece.archive_number]


# Who sees what --------------------------------------------------------------------------------------------


def test_nobody_learns_of_a_content_that_they_may_not_see(cast: Cast, wanted) -> None:
    """The same file at two counties: each sees its own only; the lead and the office see both."""
    mine = offer(cast, wanted, text="同一份")
    theirs = offer(cast, wanted, by=cast.stranger, text="同一份")
    version = theirs.versions.get()
    assert mine.versions.get().file_id == version.file_id
    seen = {
        name: [
            one.piece_id
            for one in same_content(rights_of(getattr(cast, name)), [version.file_id], but=theirs.pk)
        ]
        for name in ("stranger", "lead", "office", "assessor")
    }
    assert seen == {"stranger": [], "lead": [mine.pk], "office": [mine.pk], "assessor": []}


def test_whoever_leads_one_of_its_indicators_sees_a_piece(cast: Cast, wanted) -> None:
    other = IndicatorFactory(plan=cast.plan, category=cast.indicator.category, number=26)
    bureau = UnitFactory(name="市爱卫办")
    AssignmentFactory(indicator=other, unit=bureau, role="lead")
    clerk = UserFactory(username="aiwei")
    give_role(clerk, bureau, "reporter")
    piece = offer(cast, wanted)
    assert not visible_pieces(clerk).exists()
    piece.indicators.add(other)
    assert visible_pieces(clerk).get() == piece
    piece.discarded_at = timezone.now()
    piece.save(update_fields=["discarded_at"])
    assert not visible_pieces(cast.office).exists()


# The score ------------------------------------------------------------------------------------------------


def test_the_score_judges_what_was_due_by_what_was_there(cast: Cast, wanted) -> None:
    two = want(cast, "i18.m3", years=2, name="年报")
    Milestone.objects.create(plan=cast.plan, code="archive_done", name="归档", due_on=date(2017, 5, 31))
    reconcile(date(2017, 5, 2))
    with moment(datetime(2017, 5, 30, 10, tzinfo=ZONE)):
        accepted(cast, wanted, dated_on=date(2017, 5, 2))
        accepted(cast, two, year=2015, dated_on=date(2016, 1, 5))
    units = [cast.county.pk, cast.other_county.pk, cast.bureau.pk]
    may = archive_complete(units, date(2017, 5, 1), date(2017, 5, 31))
    assert {(row.label, row.share, row.note, row.counts) for row in may[cast.county.pk].rows} == {
        ("归档材料 18 生活垃圾产生和处理统计", Decimal(1), "已归档 1/1 年", True),
        ("归档材料 18 年报", Decimal("0.5"), "已归档 1/2 年，缺 2016 年", True),
    }
    assert [row.share for row in may[cast.other_county.pk].rows] == [0, 0]
    assert cast.bureau.pk not in may  # it owes none
    april = archive_complete(units, date(2017, 4, 1), date(2017, 4, 30))
    assert {(row.share, row.counts) for row in april[cast.county.pk].rows} == {(Decimal(0), False)}
    waived = Obligation.objects.get(kind="material", subject_id=two.pk, unit=cast.other_county)
    with moment(datetime(2017, 6, 10, 10, tzinfo=ZONE)):
        waive_one(obligation_id=waived.pk, reason="没有这项业务", by=cast.office)
    june = archive_complete(units, date(2017, 6, 1), date(2017, 6, 30))
    assert {(row.note, row.counts) for row in june[cast.other_county.pk].rows} == {
        ("已归档 0/1 年，缺 2017 年", True),
        ("免交：没有这项业务", False),
    }
