"""The archive of the demonstration (settings.DEMONSTRATION_PARTS): a good part of the catalogue accepted, some on its way,
returned, missing, replaced. All invented, marked so in every file, and the same on every run.

What was simply accepted is written as the review would write it, in bulk; the stories go through the services.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from archives.holdings.models import Accession, ArchiveSeries, Fonds, KindRule, Piece, PieceVersion
from archives.holdings.queries.slots import Slot, slots_of
from archives.holdings.rules.numbering import archive_number, problem_code
from archives.holdings.services import add_version, place_original, save_box, save_folder
from archives.holdings.services.acceptance import FACTS, freeze_piece
from archives.holdings.services.numbering import retention_of
from archives.holdings.services.owing import materials_settled
from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.files.models import Attachment, MaterialKind
from chuangmo.files.services import store
from chuangmo.org.models import Unit
from chuangmo.review import services as review
from chuangmo.review.models import Case, ReviewEvent, Revision, State
from chuangmo.review.rules import ACCEPT, SEND_BACK, SIGN_OFF, SUBMIT, VERIFY, digest
from indicators.demonstration.rules.chance import one_of, pick
from indicators.demonstration.rules.days import at
from indicators.demonstration.rules.papers import paper
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Assignment, AssignmentRole, MaterialRequirement, Plan

__all__ = ["tell"]

PAPER_OF = {MaterialKind.PICTURE: "png", MaterialKind.TABLE: "xlsx"}
REASONS = (
    "扫描件看不清公章，请重新扫描",
    "缺少附件和附表",
    "年度不对，应是上一年的材料",
    "照片没有注明拍摄时间和地点",
)
NOW = date(2017, 6, 6)


@dataclass
class _Fate:
    """How far one paper has got, and when it was sent."""

    slot: Slot
    state: str
    sent: datetime
    piece: Piece = field(init=False)
    version: PieceVersion = field(init=False)

    @property
    def done(self) -> datetime:
        """When the office accepted it."""
        return self.sent + timedelta(days=6, hours=2)


@dataclass(frozen=True)
class _World:
    plan: Plan
    units: dict[int, Unit]
    materials: dict[int, MaterialRequirement]
    reporters: dict[int, User]
    reviewers: dict[int, User]
    leads: dict[int, int]  # unit that leads, by indicator
    office: User


def tell(plan: Plan) -> None:
    """Everything, up to the morning of 6 June 2017."""
    if not Fonds.objects.filter(is_current=True).exists():
        return
    slots = [slot for slot in slots_of(plan) if slot.unit_id is not None]
    world = _world(plan, slots)
    fates = [fate for slot in slots if slot.unit_id in world.reporters and (fate := _fate(slot))]
    _offer(world, fates)
    _review(world, fates)
    _accept(world, [fate for fate in fates if fate.state == State.ACCEPTED])
    with moment(at(date(2017, 6, 5), 9)):
        materials_settled(NOW, NOW)
    _stories(world, [fate for fate in fates if fate.state == State.ACCEPTED])


def _world(plan: Plan, slots: list[Slot]) -> _World:
    units = Unit.objects.in_bulk({slot.unit_id for slot in slots if slot.unit_id is not None})
    leads = dict(
        Assignment.objects.filter(indicator__plan=plan, role=AssignmentRole.LEAD)
        .order_by("-unit__order")
        .values_list("indicator_id", "unit_id")
    )
    everybody = {*units, *leads.values()}
    people = User.objects.in_bulk()

    def first(permission: str) -> dict[int, User]:
        return {unit: people[ids[0]] for unit, ids in who_may(permission, everybody).items() if ids}

    return _World(
        plan=plan,
        units=units,
        materials=MaterialRequirement.objects.select_related("indicator").in_bulk(
            {slot.requirement_id for slot in slots}
        ),
        reporters=first("report"),
        reviewers=first("sign_off"),
        leads=leads,
        office=next(iter(first("accept").values())),
    )


def _fate(slot: Slot) -> _Fate | None:
    """Older years are further than the plan's own; some units bring nothing yet."""
    about = (slot.requirement_id, slot.unit_id, slot.year)
    luck = pick(100, "archive", slot.name, slot.unit_id, slot.year)
    done = 72 if slot.year < NOW.year else 46
    states = (
        (0, State.ACCEPTED),
        (7, State.VERIFIED),
        (11, State.SIGNED_OFF),
        (14, State.SUBMITTED),
        (18, State.RETURNED),
        (21, State.DRAFT),
    )
    state = next((state for more, state in states if luck < done + more), None)
    if state is None:
        return None
    day = date(2017, 2, 20) + timedelta(days=pick(90, "sent", *about))
    if state != State.ACCEPTED:
        day = date(2017, 5, 29) + timedelta(days=pick(5, "sent", *about))
    return _Fate(slot, state, at(day, 9 + pick(7, "hour", *about), pick(60, "minute", *about)))


def _offer(world: _World, fates: list[_Fate]) -> None:
    """Drafts with one file each."""
    cases = Case.objects.bulk_create(
        Case(
            kind="piece",
            unit=world.units[fate.slot.unit_id or 0],
            state=State.DRAFT,
            step_entered_at=fate.sent,
        )
        for fate in fates
    )
    pieces = []
    for fate, case in zip(fates, cases, strict=True):
        wanted, unit = world.materials[fate.slot.requirement_id], world.units[fate.slot.unit_id or 0]
        by = world.reporters[unit.pk]
        year, about = fate.slot.year, (wanted.code, unit.name, fate.slot.year)
        dated = date(year, 3, 1) + timedelta(days=pick(60 if year == NOW.year else 270, "dated", *about))
        is_document = wanted.kind == MaterialKind.DOCUMENT
        pieces.append(
            Piece(
                plan=world.plan,
                unit=unit,
                case=case,
                indicator=wanted.indicator,
                title=f"{unit.short_name}{year}年{wanted.name}",
                kind=wanted.kind,
                year=year,
                document_number=f"{unit.short_name}〔{year}〕{1 + pick(90, 'number', *about)}号"
                if is_document
                else "",
                issuer=unit.name,
                dated_on=min(dated, fate.sent.date()),
                pages=1,
                signed_page=1 if is_document else None,
                note="演示材料",
                created_by=by,
                updated_by=by,
                edits=1,
            )
        )
    for fate, piece in zip(fates, Piece.objects.bulk_create(pieces), strict=True):
        fate.piece = piece
    Piece.indicators.through.objects.bulk_create(
        Piece.indicators.through(piece_id=one.piece.pk, indicator_id=one.piece.indicator_id) for one in fates
    )
    Piece.requirements.through.objects.bulk_create(
        Piece.requirements.through(piece_id=one.piece.pk, materialrequirement_id=one.slot.requirement_id)
        for one in fates
    )
    for fate in fates:
        fate.version = _file(fate)
        Piece.objects.filter(pk=fate.piece.pk).update(created_at=fate.sent)


def _file(fate: _Fate, again: str = "") -> PieceVersion:
    piece = fate.piece
    rows = [
        ("提供单位", piece.unit.name),
        ("归档要求", fate.slot.name),
        ("年度", f"{piece.year}"),
        ("说明", again or "第一稿"),
    ]
    suffix = PAPER_OF.get(MaterialKind(piece.kind), "pdf")
    *_, content = paper(suffix, piece.title, rows)
    name = f"{piece.title}（演示）.{suffix}"
    with moment(fate.sent):
        attachment = Attachment.objects.create(
            file=store(SimpleUploadedFile(name, content)),
            owner_kind="piece",
            owner_id=piece.pk,
            name=name[-120:],
            kind=piece.kind,
            uploaded_by=piece.created_by,
        )
        return PieceVersion.objects.create(
            piece=piece,
            number=1,
            file=attachment.file,
            attachment=attachment,
            name=attachment.name,
            by=piece.created_by,
        )


def _review(world: _World, fates: list[_Fate]) -> None:
    """The rows that the review writes: revision, events, and the case where it got to."""
    events = []
    for fate in fates:
        if fate.state == State.DRAFT:
            continue
        content = freeze_piece(fate.piece)
        with moment(fate.sent):
            Revision.objects.create(
                case=fate.piece.case,
                number=1,
                content=content,
                digest=digest(content),
                created_by=fate.piece.created_by,
            )
        moves = _moves(world, fate)
        events += moves
        last = moves[-1]
        accepted = fate.state == State.ACCEPTED
        Case.objects.filter(pk=fate.piece.case_id).update(
            state=fate.state,
            revision_no=1,
            submitted_by=fate.piece.created_by,
            step_entered_at=last.at,
            accepted_revision_no=1 if accepted else None,
            step_due_on=None if accepted or fate.state == State.RETURNED else date(2017, 6, 7),
        )
    ReviewEvent.objects.bulk_create(events)


def _moves(world: _World, fate: _Fate) -> list[ReviewEvent]:
    piece = fate.piece
    lead = world.leads.get(piece.indicator_id, piece.unit_id)
    reporter, office = piece.created_by, world.office
    reviewer = world.reviewers.get(piece.unit_id)
    event = partial(ReviewEvent, case=piece.case, revision_no=1)

    def step(
        action: str, before: str, after: str, by: User | None, unit: int | None, hours: int, why: str = ""
    ) -> ReviewEvent:
        return event(
            action=action,
            from_state=before,
            to_state=after,
            by=by,
            by_name=by.get_full_name() if by else "系统",
            acting_unit_id=unit if by else None,
            at=fate.sent + timedelta(hours=hours),
            reason=why,
            skipped=by is None,
        )

    moves = [step(SUBMIT, State.DRAFT, State.SUBMITTED, reporter, piece.unit_id, 0)]
    if fate.state == State.RETURNED:
        why = one_of(REASONS, piece.title)
        return [
            *moves,
            step(SEND_BACK, State.SUBMITTED, State.RETURNED, reviewer or office, piece.unit_id, 2, why),
        ]
    if fate.state == State.SUBMITTED:
        return moves
    skipped = "" if reviewer else "本单位已关闭单位审核"
    moves.append(step(SIGN_OFF, State.SUBMITTED, State.SIGNED_OFF, reviewer, piece.unit_id, 2, skipped))
    if fate.state == State.SIGNED_OFF:
        return moves
    checker = None if lead == piece.unit_id else world.reviewers.get(lead)
    skipped = "" if checker else "牵头单位自己的材料，不再经牵头单位核定"
    moves.append(step(VERIFY, State.SIGNED_OFF, State.VERIFIED, checker, lead, 49, skipped))
    if fate.state == State.VERIFIED:
        return moves
    return [*moves, step(ACCEPT, State.VERIFIED, State.ACCEPTED, office, None, 146)]


def _accept(world: _World, fates: list[_Fate]) -> None:
    """Archive numbers in the order of acceptance, and what counts."""
    fonds = Fonds.objects.get(is_current=True)
    rules = {rule.kind: rule for rule in KindRule.objects.select_related("category", "retention")}
    last: dict[tuple[int, int, int, str], int] = defaultdict(int)
    rows = []
    for fate in sorted(fates, key=lambda one: (one.done, one.piece.pk)):
        piece, rule = fate.piece, rules[fate.piece.kind]
        retention = retention_of(piece, rule)
        problem = problem_code(fonds.problem_prefix, piece.indicator.number)
        series = (rule.category_id, piece.year, retention.pk, problem)
        last[series] += 1
        piece.archive_number = archive_number(
            fonds.code, rule.category.code, piece.year, retention.code, problem, last[series]
        )
        rows.append(
            Accession(
                piece=piece,
                number=1,
                version=fate.version,
                revision_no=1,
                archive_number=piece.archive_number,
                plan=piece.plan,
                unit=piece.unit,
                indicator=piece.indicator,
                dated_on=piece.dated_on,
                accepted_at=fate.done,
                accepted_by=world.office,
                **{name: getattr(piece, name) for name in FACTS},
            )
        )
    Piece.objects.bulk_update([fate.piece for fate in fates], ["archive_number"])
    wanted = {fate.piece.pk: fate.slot.requirement_id for fate in fates}
    made = Accession.objects.bulk_create(rows)
    Accession.indicators.through.objects.bulk_create(
        Accession.indicators.through(accession_id=row.pk, indicator_id=row.indicator_id) for row in made
    )
    Accession.requirements.through.objects.bulk_create(
        Accession.requirements.through(accession_id=row.pk, materialrequirement_id=wanted[row.piece_id])
        for row in made
    )
    ArchiveSeries.objects.bulk_create(
        ArchiveSeries(
            fonds=fonds, category_id=category, year=year, retention_id=retention, problem=problem, last=count
        )
        for (category, year, retention, problem), count in last.items()
    )


def _stories(world: _World, fates: list[_Fate]) -> None:
    """Some originals in boxes; two pieces put right, one of which is through again."""
    with moment(at(date(2017, 5, 10), 10)):
        box = save_box(by=world.office, title="2014—2016 年指标佐证材料", place="档案室一柜二层")
        folders = [
            save_folder(by=world.office, box_id=box.pk, title=title)
            for title in ("环境质量", "环境建设和管理")
        ]
        save_box(by=world.office, title="2017 年指标佐证材料", place="档案室一柜三层")
        papers = [
            fate for fate in fates if fate.piece.kind == MaterialKind.DOCUMENT and fate.done < timezone.now()
        ]
        for place, fate in enumerate(papers[:16]):
            first = 1 + place // 2 * 4
            place_original(
                by=world.office,
                piece_id=fate.piece.pk,
                folder_id=folders[place % 2].pk,
                page_from=first,
                page_to=first + 3,
            )
    early = [
        fate
        for fate in fates
        if fate.done < at(date(2017, 4, 20), 9) and fate.piece.unit_id in world.reviewers
    ]
    for fate, ends in zip(early[:2], (True, False), strict=False):
        _put_right(world, fate, ends)


def _put_right(world: _World, fate: _Fate, ends: bool) -> None:
    """Unlocked in May for a better scan; with `ends` accepted again, else still with the unit."""
    case_id, by = fate.piece.case_id, fate.piece.created_by
    with moment(at(date(2017, 5, 12), 9)):
        review.unlock(case_id=case_id, revision_no=1, by=world.office, reason="原扫描件缺末页，请换成完整的")
    if not ends:
        return
    with moment(at(date(2017, 5, 15), 10)):
        rows = [("提供单位", fate.piece.unit.name), ("说明", "第二稿，补了末页")]
        suffix = PAPER_OF.get(MaterialKind(fate.piece.kind), "pdf")
        *_, content = paper(suffix, fate.piece.title, rows)
        name = f"{fate.piece.title}完整件（演示）.{suffix}"
        add_version(by=by, piece_id=fate.piece.pk, upload=SimpleUploadedFile(name, content))
        review.submit(case_id=case_id, revision_no=1, by=by)
    with moment(at(date(2017, 5, 16), 10)):
        case = review.sign_off(case_id=case_id, revision_no=2, by=world.reviewers[fate.piece.unit_id])
    if case.state == State.SIGNED_OFF:
        with moment(at(date(2017, 5, 17), 10)):
            lead = world.leads[fate.piece.indicator_id]
            review.verify(case_id=case_id, revision_no=2, by=world.reviewers[lead])
    with moment(at(date(2017, 5, 19), 10)):
        review.accept(case_id=case_id, revision_no=2, by=world.office)
