"""The whole chain of proof: what was owed, which rungs fired, who was told and saw it when, orders, talks, decisions. Every
line is a real row with its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils import timezone

from chuangmo.deadlines.models import DeadlineRequest, Firing, Obligation, Proposal
from chuangmo.notices.queries import receipts_of_many
from supervision.accountability.models import Measure, MeasureState
from supervision.accountability.rules.proof import Link
from supervision.meetings.models import DecisionEvent

__all__ = ["chain_of"]


def chain_of(measure: Measure) -> list[Link]:
    """The chain as it stands now, oldest first. Seven queries, whatever its length."""
    named = list(measure.obligations.all())
    subjects = {(row.kind, row.subject_kind, row.subject_id, row.unit_id) for row in named}
    cycles = [
        row
        for row in Obligation.objects.filter(
            unit=measure.unit_id, subject_id__in={key[2] for key in subjects}
        ).select_related("done_by")
        if (row.kind, row.subject_kind, row.subject_id, row.unit_id) in subjects
    ]
    links = [
        *(link for row in cycles for link in _owed(row)),
        *_fired(cycles),
        *_told(cycles),
        *_asked(cycles),
        *_decided(cycles),
        *_decisions([row.subject_id for row in cycles if row.subject_kind == "decision"]),
        *_measures(measure),
    ]
    return sorted(links, key=lambda link: (link.on, link.place))


def _owed(row: Obligation) -> Iterator[Link]:
    cycle = f"（第 {row.cycle} 轮）" if row.cycle > 1 else ""
    url = row.get_absolute_url()
    if row.due_on is not None:
        yield Link(row.due_on, "到期", f"{row.subject_label}{cycle}应于当日前办结", url, 1)
    if row.done_on is not None:
        late = row.due_on is not None and row.done_on > row.due_on
        yield Link(row.done_on, "办结", f"{row.subject_label}{cycle}{'逾期' if late else '按时'}办结", url, 8)
    if row.waived_at is not None:
        yield Link(timezone.localdate(row.waived_at), "免办", row.waived_reason, url, 8)


def _fired(cycles: Sequence[Obligation]) -> Iterator[Link]:
    rows = Firing.objects.filter(obligation__in=cycles).select_related("rung", "obligation")
    for one in rows:
        yield Link(
            one.fired_on,
            one.rung.get_action_display(),
            f"{one.obligation.subject_label}：{one.rung.name}",
            one.obligation.get_absolute_url(),
            2,
        )


def _told(cycles: Sequence[Obligation]) -> Iterator[Link]:
    """Each notice once, with everybody who got it: seen on which day, or not at all."""
    for pk, receipts in receipts_of_many("obligation", [row.pk for row in cycles]).items():
        url = next(row.get_absolute_url() for row in cycles if row.pk == pk)
        groups: dict[tuple[str, date], list[str]] = {}
        for one in receipts:
            seen = (
                f"{timezone.localtime(one.seen_at):%m-%d %H:%M} 已看" if one.seen_at is not None else "未看"
            )
            day = timezone.localdate(one.sent_at)
            groups.setdefault((one.title, day), []).append(f"{one.person}（{seen}）")
        for (title, day), people in groups.items():
            yield Link(day, "通知", f"{title}：{'、'.join(people)}", url, 3)


def _asked(cycles: Sequence[Obligation]) -> Iterator[Link]:
    for one in DeadlineRequest.objects.filter(obligation__in=cycles).select_related("asked_by"):
        yield Link(
            timezone.localdate(one.asked_at),
            "单位申请",
            f"{one.asked_by}申请{one.get_kind_display()}：{one.reason}（{one.get_state_display()}）",
            one.obligation.get_absolute_url() if one.obligation_id else "",
            4,
        )


def _decided(cycles: Sequence[Obligation]) -> Iterator[Link]:
    rows = Proposal.objects.filter(obligation__in=cycles, decided_by__isnull=False)
    for one in rows.select_related("rung", "obligation", "decided_by"):
        assert one.decided_at is not None
        text = f"{one.decided_by}{one.get_state_display()}“{one.rung.get_action_display()}”建议"
        yield Link(
            timezone.localdate(one.decided_at),
            "建议",
            f"{text}：{one.reason}" if one.reason else text,
            one.obligation.get_absolute_url(),
            5,
        )


def _decisions(decision_ids: Iterable[int]) -> Iterator[Link]:
    rows = DecisionEvent.objects.filter(decision__in=list(decision_ids)).select_related("decision", "by")
    for one in rows:
        yield Link(
            timezone.localdate(one.at),
            f"议定事项{one.action}",
            f"{one.decision}：{one.text}".rstrip("："),
            one.decision.get_absolute_url(),
            0,
        )


def _measures(measure: Measure) -> Iterator[Link]:
    """Earlier talks and follow-ups with this unit, whatever they were about."""
    rows = Measure.objects.filter(unit=measure.unit_id).exclude(pk=measure.pk)
    for one in rows.exclude(state__in=[MeasureState.DRAFT, MeasureState.PENDING, MeasureState.DROPPED]):
        assert one.issued_on is not None
        url = one.get_absolute_url()
        yield Link(one.issued_on, one.get_kind_display(), f"{one.title}（{one.document_number}）", url, 6)
        if one.held_on is not None:
            yield Link(one.held_on, "约谈", f"约谈{one.persons or one.attendees}", url, 7)
