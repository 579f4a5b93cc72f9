"""The way of many reports through the review at once: the rows that `review.services` would write, one by one.

Kept equal to it by the tests (tests/indicators/demonstration/test_chronicle.py): the graph of states, the skipping
of steps are the real ones; what differs is that rows are made and written in bulk, since a service call for each of some
four thousand moves would take minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit
from chuangmo.period_fields import period_columns
from chuangmo.review.kinds import Heading, Kind, kind_named
from chuangmo.review.models import Case, ReviewEvent, ReviewStep, Revision, State
from chuangmo.review.rules import ACCEPT, SIGN_OFF, STEPS, SUBMIT, VERIFY, WORDS, digest
from indicators.demonstration.rules.days import NOW, Course
from indicators.demonstration.services.freezing import frozen
from indicators.demonstration.services.sheets import Sheet, World
from indicators.plan.models import Site
from indicators.reporting.models import AcceptedAnswer, Answer, Figure

__all__ = ["Chronicle"]

BATCH = 500
KEPT = (Answer.VALUE, Answer.NONE, Answer.NOT_APPLICABLE)


@dataclass
class _Move:
    action: str
    at: datetime
    by: User
    unit: Unit


@dataclass
class Chronicle:
    """Collects; `write_moves` after each round, `write_story` once at the end, in the order of time."""

    world: World
    events: list[ReviewEvent] = field(default_factory=list)
    audit: list[AuditEvent] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    moved: list[Sheet] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    answers: list[AcceptedAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kind: Kind = kind_named("report")
        self._skipped: dict[tuple[str, int, int], str] = {}
        self._days = dict(ReviewStep.objects.filter(kind="report").values_list("state", "days"))
        self._sites = dict(Site.objects.values_list("code", "pk"))

    def send(self, sheets: Sequence[tuple[Sheet, Course]]) -> None:
        """Let the sheets (stored before) go as far as their courses had come."""
        begun = [(sheet, course) for sheet, course in sheets if course.reached()]
        headings = self._kind.headings([sheet.report.case_id for sheet, _ in begun])
        for sheet, course in begun:
            self._send(sheet, course, headings[sheet.report.case_id])

    def _send(self, sheet: Sheet, course: Course, heading: Heading) -> None:
        case = sheet.report.case
        case.unit = sheet.report.unit
        moves = self._moves(sheet, course)
        content = frozen(sheet)
        revision = Revision(
            case=case, number=1, content=content, digest=digest(content), created_by=moves[0].by
        )
        revision.happened_at = moves[0].at  # type: ignore[attr-defined]
        self.revisions.append(revision)
        case.submitted_by = moves[0].by
        self._fulfil(sheet.report.obligation, moves[0])
        for move in moves:
            if STEPS.get(case.state, SUBMIT) == move.action:
                self._move(sheet, move, heading)
                if move.action == ACCEPT:
                    self._accept(sheet, content, move)
        self.moved.append(sheet)

    def _moves(self, sheet: Sheet, course: Course) -> list[_Move]:
        """What had been done by now, by whom and for which unit."""
        world, unit = self.world, sheet.report.unit
        lead = world.leads(sheet)[0]
        office = world.office(*sheet.about)
        moves = [
            (SUBMIT, course.submitted, world.reporter(sheet.unit), unit),
            (SIGN_OFF, course.signed_off, world.reviewer(sheet.unit), unit),
            (VERIFY, course.verified, world.reviewer(lead.short_name), lead),
            (ACCEPT, course.accepted, office, world.units["市创模办"]),
        ]
        return [
            _Move(action, at, by, of)
            for action, at, by, of in moves
            if by is not None and at is not None and at <= NOW
        ]

    def _move(self, sheet: Sheet, move: _Move, heading: Heading) -> None:
        case = sheet.report.case
        seen = case.revision_no
        if move.action == SUBMIT:
            case.revision_no = seen + 1
        events = [self._event(case, move.action, move.at, "", move.by, move.unit)]
        while (step := STEPS.get(case.state)) and (why := self._skip_reason(step, sheet)):
            events.append(self._event(case, step, move.at, why, None, None))
        if case.state == State.ACCEPTED:
            case.accepted_revision_no = case.revision_no
        case.step_entered_at = move.at
        days = self._days.get(case.state)
        today = timezone.localdate(move.at)
        case.step_due_on = None if days is None else self.world.days.add(today, days)
        self.events += events
        self.audit += [_audit(event, case, heading, seen) for event in events]

    def _skip_reason(self, step: str, sheet: Sheet) -> str:
        """Asked once for each unit and indicator: duties do not change in these months."""
        about = (step, sheet.report.unit_id, sheet.report.indicator_id)
        if about not in self._skipped:
            self._skipped[about] = self._kind.skip_reason(step, sheet.report.case)
        return self._skipped[about]

    def _event(
        self, case: Case, action: str, at: datetime, reason: str, by: User | None, unit: Unit | None
    ) -> ReviewEvent:
        before = case.state
        getattr(case, action)()
        return ReviewEvent(
            case=case,
            revision_no=case.revision_no,
            action=action,
            from_state=before,
            to_state=case.state,
            by=by,
            by_name=by.get_full_name() if by else "系统",
            acting_unit=unit,
            at=at,
            reason=reason,
            skipped=by is None,
        )

    def _fulfil(self, obligation: Obligation | None, move: _Move) -> None:
        if obligation is not None:
            obligation.done_at = move.at
            obligation.done_on = timezone.localdate(move.at)
            obligation.done_by = move.by

    def _accept(self, sheet: Sheet, content: dict[str, Any], move: _Move) -> None:
        """As `reporting.services.acceptance.write_figures`, where nothing was accepted before."""
        report, columns = sheet.report, period_columns(sheet.report.period)
        for one in content["values"]:
            if one["answer"] in KEPT:
                self.figures.append(
                    Figure(
                        element=self.world.elements[one["element"]],
                        site_id=self._sites[one["site"]],
                        unit_id=report.unit_id,
                        answer=one["answer"],
                        value=None if one["value"] is None else Decimal(one["value"]),
                        reason=one["reason"] or one["explanation"],
                        report=report,
                        revision_no=report.case.revision_no,
                        accepted_by=move.by,
                        accepted_at=move.at,
                        **columns,
                    )
                )
        items = {answer.item.code: answer.item_id for answer in sheet.answers}
        self.answers += [
            AcceptedAnswer(
                item_id=items[one["item"]],
                unit_id=report.unit_id,
                answer=one["answer"],
                note=one["note"],
                report=report,
                revision_no=report.case.revision_no,
                accepted_at=move.at,
                **columns,
            )
            for one in content["answers"]
            if one["answer"]
        ]

    # Writing ------------------------------------------------------------------------------------------

    def write_moves(self) -> None:
        """States, revisions, figures: what the next round's checks look back on."""
        Case.objects.bulk_create(
            [sheet.report.case for sheet in self.moved],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[
                "state",
                "revision_no",
                "step_entered_at",
                "step_due_on",
                "submitted_by",
                "accepted_revision_no",
            ],
            batch_size=BATCH,
        )
        Obligation.objects.bulk_create(
            [sheet.report.obligation for sheet in self.moved if sheet.report.obligation is not None],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["done_at", "done_on", "done_by"],
            batch_size=BATCH,
        )
        Revision.objects.bulk_create(self.revisions, batch_size=BATCH)
        for revision in self.revisions:
            revision.created_at = revision.happened_at  # type: ignore[attr-defined]
        Revision.objects.bulk_update(self.revisions, ["created_at"], batch_size=100)
        Figure.objects.bulk_create(self.figures, batch_size=BATCH)
        AcceptedAnswer.objects.bulk_create(self.answers, batch_size=BATCH)
        for done in (self.moved, self.revisions, self.figures, self.answers):
            done.clear()

    def write_story(self) -> None:
        """Timelines and audit rows, oldest first."""
        ReviewEvent.objects.bulk_create(_in_time(self.events), batch_size=BATCH)
        AuditEvent.objects.bulk_create(_in_time(self.audit), batch_size=BATCH)
        self.events.clear()
        self.audit.clear()


def _in_time(rows: Iterable[Any]) -> list[Any]:
    return sorted(
        rows, key=lambda row: row.at
    )  # stable: a skipped step stays behind the move that skipped it


def _audit(event: ReviewEvent, case: Case, heading: Heading, seen: int) -> AuditEvent:
    return AuditEvent(
        at=event.at,
        actor=event.by,
        actor_name=event.by_name,
        action=("跳过" if event.skipped else "") + WORDS[event.action],
        object_kind=case.kind,
        object_id=str(heading.subject_id),
        object_label=heading.label[:300],
        unit_id=case.unit_id,
        reason=event.reason,
        changes={
            "状态": [State(event.from_state).label, State(event.to_state).label],
            "稿次": [seen, case.revision_no],
        },
    )
