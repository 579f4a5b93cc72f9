"""What others tell: the ladder's confirmed proposals, new cycles and redispatches of deadlines, released findings, verdicts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.days import long_date
from chuangmo.deadlines.models import Obligation, Proposal, Rung
from chuangmo.errors import Invalid, Stale
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import work_calendar
from indicators.assessment.models import Status, Verdict
from indicators.assessment.queries.inputs import Assessable
from indicators.plan.models import Indicator
from supervision.inspections.models import Finding
from supervision.inspections.rights import Hand
from supervision.inspections.rules.places import Place, same_place
from supervision.orders.models import OPEN_STATES, Order, OrderRules, OrderState, Rebound
from supervision.orders.rules.spans import months_before
from supervision.orders.services.drafting import draft_order, owe_order, waive_rest
from supervision.orders.services.moves import reopen
from supervision.orders.services.steps import ANSWER, REVIEW, SUBJECT, held, step
from supervision.orders.services.telling import tell_unit

__all__ = [
    "findings_released",
    "point_to_cycle",
    "proposal_confirmed",
    "redispatch_order",
    "verdicts_reached",
]

log = logging.getLogger(__name__)


def proposal_confirmed(*, proposal: Proposal, by: User) -> None:
    """A confirmed proposal of a 督办单 becomes a draft of the city's office; a person reads, changes and issues it.

    About an order that is late itself, it is the draft of a second one. Invalid when the unit was dissolved: the page names
    its successor, and nothing is confirmed."""
    if proposal.rung.action != Rung.Action.ORDER or proposal.obligation.kind == REVIEW:
        return  # an office that is late with its own review gets no order of its own, and the unit least of all
    owed, rules, calendar = proposal.obligation, OrderRules.current(), work_calendar()
    due_on = calendar.add_working_days(clock.today(), rules.order_days)
    late = f"应于{long_date(owed.due_on)}前办结，至今未办结" if owed.due_on else "至今未办结"
    requirements = f"{owed.unit}：{owed.subject_label}{late}。请于办结期限前办结，并反馈情况和原因。"
    previous = None
    if owed.subject_kind == SUBJECT:
        previous = Order.objects.filter(pk=owed.subject_id, state__in=OPEN_STATES).first()
        if previous is None or hasattr(previous, "following"):
            return
    seats = Hand(rights_of(by)).seats
    seat = next((one for one in seats if previous and one.office_id == previous.office_id), None) or next(
        (one for one in seats if one.county_id is None), None
    )
    if seat is None:
        return
    draft_order(
        office=Unit.objects.get(pk=seat.office_id),
        unit=owed.unit,
        title=previous.title if previous else f"{owed.subject_label[:110]}逾期未办结",
        requirements=requirements,
        due_on=due_on,
        source_kind="proposal",
        source_id=proposal.pk,
        source_label=f"催办：{owed.subject_label}",
        source_url=owed.get_absolute_url(),
        by=by,
        finding=previous.finding if previous else None,
        previous=previous,
    )


def point_to_cycle(*, old: Obligation, new: Obligation) -> None:
    """An order's due day is that of its current cycle (settings.CYCLE_OPENED). Stale when it was closed meanwhile."""
    if new.subject_kind != SUBJECT or new.kind != ANSWER:
        return
    moved = Order.objects.filter(pk=new.subject_id, unit=new.unit_id, state__in=OPEN_STATES).update(
        due_on=new.due_on, version=F("version") + 1
    )
    if not moved:
        raise Stale("督办单刚才已经办结，请刷新")


def redispatch_order(*, obligation: Obligation, to_unit: Unit, due_on: date, by: User) -> None:
    """An objection was right: the order goes to another unit, which signs for it anew (settings.REDISPATCH)."""
    order = held(obligation.subject_id)
    if to_unit.pk in order.helpers.values_list("unit_id", flat=True):
        order.helpers.filter(unit=to_unit).delete()
    if not to_unit.is_valid(clock.today()):
        raise Invalid({"to_unit": f"{to_unit} 已经撤销"})
    waive_rest(order, f"改由 {to_unit} 承办"[:200])
    day = work_calendar().next_working_day(due_on)
    step(
        order,
        "pass_on",
        version=None,
        by=by,
        word="改派",
        text=f"{obligation.unit} → {to_unit}",
        unit_id=to_unit.pk,
        due_on=day,
        signed_on=None,
    )
    owe_order(order)
    tell_unit(
        order, f"督办单：{order.title}", f"督办单 {order.document_number} 改由你单位承办。", key="passed"
    )


def findings_released(*, findings: Sequence[Finding], by: User | None) -> None:
    """A finding of the same kind at the place of a closed order of the same unit opens that order again."""
    rules = OrderRules.current()
    since = months_before(clock.today(), rules.rebound_months)
    for finding in findings:
        closed = Order.objects.filter(
            state=OrderState.CLOSED,
            unit=finding.unit_id,
            finding__kind=finding.kind_id,
            closed_on__gte=since,
        ).exclude(finding=finding.pk)
        for order in closed.order_by("pk").select_related("finding"):
            if order.finding and same_place(_of(order.finding), _of(finding), rules.rebound_metres):
                _rebound(order.pk, finding, by)


def verdicts_reached(*, subject: Assessable, ends: Iterable[date]) -> None:
    """An indicator whose newest verdict fell from met to not met is a 反弹; its orders closed within the months are opened again.

    Where figures were corrected and it didn't fall after all, that is noted. A fault is logged: it never keeps a verdict
    from being stored.
    """
    try:
        with transaction.atomic():
            _watch_verdicts(subject.indicator_id, list(ends))
    except Exception:
        log.exception("no rebound looked for at indicator %s", subject.indicator_id)


def _watch_verdicts(indicator_id: int, ends: list[date]) -> None:
    """Two queries where nothing falls."""
    if not ends:
        return
    rows = Verdict.objects.filter(indicator=indicator_id, is_current=True, as_of__lte=max(ends))
    newest = list(rows.order_by("-as_of").values_list("as_of", "status")[:2])
    bare = Rebound.objects.filter(cause=Rebound.Cause.VERDICT, indicator=indicator_id)
    noted = list(bare.filter(as_of__in=ends, lapsed_on__isnull=True).values_list("as_of", flat=True))
    if len(newest) < 2:
        return
    (as_of, status), (_, before) = newest
    falls = status == Status.MISSED and before in (Status.MET, Status.MARGIN)
    if as_of in noted and not falls:
        bare.filter(as_of=as_of, lapsed_on__isnull=True).update(lapsed_on=clock.today())
    if falls and as_of not in noted and as_of >= clock.today() - timedelta(days=62):
        _note_fall(Indicator.objects.get(pk=indicator_id), as_of)


def _note_fall(indicator: Indicator, as_of: date) -> None:
    since = months_before(clock.today(), OrderRules.current().rebound_months)
    text = f"指标 {indicator.number} {indicator.short_name} 截至{long_date(as_of)}由达标变为不达标"
    closed = Order.objects.filter(state=OrderState.CLOSED, indicator=indicator, closed_on__gte=since)
    orders = list(closed.order_by("pk").values_list("pk", flat=True))
    for order_id in orders:
        order = held(order_id)
        if order.state == OrderState.CLOSED:
            reopen(order, by=None, text=text)
            _fall(indicator, as_of, text, order)
    if not orders:
        _fall(indicator, as_of, text, None)


def _fall(indicator: Indicator, as_of: date, text: str, order: Order | None) -> None:
    Rebound.objects.update_or_create(
        cause=Rebound.Cause.VERDICT,
        indicator=indicator,
        as_of=as_of,
        order=order,
        defaults={"text": text, "noted_on": clock.today(), "lapsed_on": None},
    )


def _rebound(order_id: int, finding: Finding, by: User | None) -> None:
    order = held(order_id)
    if order.state != OrderState.CLOSED:
        return
    text = f"{long_date(finding.found_on)}在“{finding.place}”再次发现{finding.kind}问题：{finding.text}"
    _, made = Rebound.objects.get_or_create(
        cause=Rebound.Cause.FINDING,
        order=order,
        finding=finding,
        defaults={"text": text[:300], "noted_on": clock.today(), "indicator_id": finding.indicator_id},
    )
    if made:
        reopen(order, by=by, text=text[:4000])


def _of(finding: Finding) -> Place:
    if finding.latitude is None or finding.longitude is None:
        return Place(finding.place)
    return Place(finding.place, float(finding.latitude), float(finding.longitude))
