"""One service for each move of an issued order. All take the version that the page showed: whoever comes second is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import close_step, fulfil, open_cycle
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.rules import kinds
from chuangmo.workcalendar.queries import work_calendar
from supervision.inspections.rights import Hand
from supervision.orders.models import (
    OPEN_STATES,
    CoUnit,
    Order,
    OrderEvent,
    OrderRules,
    OrderState,
    Rebound,
)
from supervision.orders.rights import helps_as, may_act, may_answer
from supervision.orders.services.drafting import draft_order, owe_review, waive_rest
from supervision.orders.services.steps import (
    ANSWER,
    REVIEW,
    SIGN,
    SUBJECT,
    held,
    owed_cycle,
    require_office,
    require_text,
    require_unit,
    step,
    stored,
    tell_story,
)
from supervision.orders.services.telling import settle_order, tell_office, tell_unit

__all__ = [
    "answer_order",
    "cancel_order",
    "close_order",
    "note_rebound",
    "renew_order",
    "reopen",
    "review_order",
    "send_order_back",
    "sign_as_helper",
    "sign_order",
    "write_to_order",
]

REDO_LONGEST = 366


# The unit -------------------------------------------------------------------------------------------------


@transaction.atomic
def sign_order(*, by: User, order_id: int, version: int) -> Order:
    """签收: the unit has it."""
    order = held(order_id)
    require_unit(by, order, "签收")
    step(order, "sign", version=version, by=by, word="签收", signed_on=clock.today())
    owed = owed_cycle(order, SIGN)
    if owed is not None:
        fulfil(owed, by)
    settle_order(order, kinds_=[kinds.ORDER])
    return order


def answer_order(
    *, by: User, order_id: int, version: int, text: str, uploads: Sequence[UploadedFile] = ()
) -> Order:
    """反馈: what was done, with evidence. The first answer of a cycle counts for punctuality."""
    with transaction.atomic():
        require_unit(by, held(order_id), "反馈")
    kept = require_text(text, "text", "请写明怎样整改的")
    told = stored(uploads)
    with transaction.atomic():
        order = held(order_id)
        require_unit(by, order, "反馈")
        step(
            order,
            "answer",
            version=version,
            by=by,
            word="反馈",
            text=kept,
            told=told,
            answered_on=clock.today(),
        )
        owed = owed_cycle(order, ANSWER)
        if owed is not None:
            fulfil(owed, by)
        settle_order(order, kinds_=[kinds.ORDER])
        owe_review(order)
        tell_office(
            order,
            f"待复核：{order.unit.short_name}反馈 {order.document_number}",
            kept,
            key="answered",
        )
    return order


@transaction.atomic
def sign_as_helper(*, by: User, order_id: int, helper_id: int) -> Order:
    """签收 of a co-operating unit; doesn't move the order."""
    order = held(order_id)
    helper = next((one for one in helps_as(Hand(rights_of(by)), order) if one.pk == helper_id), None)
    if helper is None:
        raise Refused("只有协办单位的人员可以签收")
    if order.state not in OPEN_STATES:
        raise Refused(f"督办单现在是“{order.get_state_display()}”，不用签收")
    done = CoUnit.objects.filter(pk=helper.pk, signed_on__isnull=True).update(
        signed_on=clock.today(), signed_by=by
    )
    if not done:
        raise Stale("协办单位刚才已经签收，请刷新")
    tell_story(order, "helper_sign", "协办签收", by=by, text=helper.unit.name, unit_id=helper.unit_id)
    return order


def write_to_order(*, by: User, order_id: int, text: str, uploads: Sequence[UploadedFile] = ()) -> Order:
    """A word beside the moves: of the responsible or a co-operating unit, or of the office."""
    with transaction.atomic():
        _require_party(by, held(order_id))
    kept = require_text(text, "text", "请写明情况")
    told = stored(uploads)
    with transaction.atomic():
        order = held(order_id)
        _require_party(by, order)
        tell_story(order, "note", "补充情况", by=by, text=kept, told=told)
    return order


def _require_party(by: User, order: Order) -> None:
    hand = Hand(rights_of(by))
    if not (may_act(hand, order) or may_answer(hand, order) or helps_as(hand, order)):
        raise Refused("只有签发、承办、协办单位的人员可以补充情况")
    if order.state not in OPEN_STATES:
        raise Refused(f"督办单现在是“{order.get_state_display()}”，不能再补充")


# The office -----------------------------------------------------------------------------------------------


def review_order(
    *, by: User, order_id: int, version: int, text: str, uploads: Sequence[UploadedFile] = ()
) -> Order:
    """复核: put right, as the office saw for itself; closing follows."""
    with transaction.atomic():
        require_office(by, held(order_id), "复核")
    kept = require_text(text, "text", "请写明复核情况")
    told = stored(uploads)
    with transaction.atomic():
        order = held(order_id)
        require_office(by, order, "复核")
        step(order, "review", version=version, by=by, word="复核", text=kept, told=told)
        _reviewed(order, by)
        settle_order(order, kinds_=[kinds.WAITING])
    return order


@transaction.atomic
def send_order_back(
    *, by: User, order_id: int, version: int, reason: str, due_on: date | None = None
) -> Order:
    """退回重办: why, and until when (the rules' days unless given; a holiday moves on)."""
    order = held(order_id)
    require_office(by, order, "退回")
    kept = require_text(reason, "reason", "请写明退回的原因")
    day = _redo_day(due_on)
    step(order, "send_back", version=version, by=by, word="退回重办", text=kept, answered_on=None)
    _reviewed(order, by)
    _again(order, day, by, kept)
    tell_unit(order, f"督办单退回重办：{order.title}", f"原因：{kept}", key="back", kind=kinds.RETURNED)
    return order


@transaction.atomic
def close_order(*, by: User, order_id: int, version: int, text: str = "") -> Order:
    """销号. Late when any cycle's answer came after its day."""
    order = held(order_id)
    require_office(by, order, "销号")
    late = Obligation.objects.filter(
        subject_kind=SUBJECT, subject_id=order.pk, kind=ANSWER, done_on__gt=F("due_on")
    ).exists()
    step(
        order,
        "close",
        version=version,
        by=by,
        word="销号",
        text=text.strip()[:4000],
        closed_on=clock.today(),
        closed_late=late,
    )
    settle_order(order)
    waive_rest(order, "督办单已销号")
    tell_unit(
        order,
        f"督办单已销号：{order.title}",
        f"{order.document_number} 已销号。",
        key="closed",
        kind=kinds.DECISION,
    )
    return order


@transaction.atomic
def cancel_order(*, by: User, order_id: int, version: int, reason: str) -> Order:
    """作废, with a reason; the number stays and is shown so."""
    order = held(order_id)
    require_office(by, order, "作废")
    kept = require_text(reason, "reason", "请写明作废的原因")
    was_draft = order.state == OrderState.DRAFT
    step(order, "cancel", version=version, by=by, word="作废", text=kept)
    waive_rest(order, "督办单作废")
    settle_order(order)
    if not was_draft:
        tell_unit(
            order,
            f"督办单作废：{order.title}",
            f"{order.document_number} 作废，不用再办。原因：{kept}",
            key="cancelled",
            kind=kinds.DECISION,
        )
    return order


@transaction.atomic
def renew_order(*, by: User, order_id: int, version: int, requirements: str, due_on: date) -> Order:
    """Draft a second order after one that isn't obeyed; the first ends when the second is issued."""
    order = held(order_id)
    require_office(by, order, "发二次督办单")
    if order.version != version:
        raise Stale(f"督办单现在是“{order.get_state_display()}”，请刷新后再办")
    if order.state not in (
        OrderState.ISSUED,
        OrderState.SIGNED,
        OrderState.ANSWERED,
        OrderState.SENT_BACK,
    ):
        raise Refused(f"督办单现在是“{order.get_state_display()}”，不能发二次督办单")
    return draft_order(
        office=order.office,
        unit=order.unit,
        title=order.title,
        requirements=requirements,
        due_on=due_on,
        source_kind="order",
        source_id=order.pk,
        source_label=str(order),
        source_url=order.get_absolute_url(),
        co_units=[one.unit for one in order.helpers.select_related("unit")],
        by=by,
        place=order.place,
        indicator=order.indicator,
        project=order.project,
        finding=order.finding,
        previous=order,
    )


@transaction.atomic
def note_rebound(*, by: User, order_id: int, version: int, reason: str) -> Order:
    """反弹, as the office saw: a closed order is opened again."""
    order = held(order_id)
    require_office(by, order, "认定反弹")
    kept = require_text(reason, "reason", "请写明反弹的情况")
    reopen(order, by=by, text=kept, version=version)
    Rebound.objects.create(
        cause=Rebound.Cause.HAND,
        order=order,
        indicator=order.indicator,
        noted_on=clock.today(),
        text=kept[:300],
    )
    return order


def reopen(order: Order, *, by: User | None, text: str, version: int | None = None) -> OrderEvent:
    """Open a held, closed order again: another cycle of its answer, and it stands among the 反弹."""
    event = step(
        order,
        "reopen",
        version=version,
        by=by,
        word="反弹，重新督办",
        text=text,
        closed_on=None,
        closed_late=None,
        answered_on=None,
        rebounded_on=clock.today(),
        rebound_count=F("rebound_count") + 1,
    )
    _again(order, _redo_day(None), by, f"反弹：{text}")
    tell_unit(order, f"反弹：{order.title}", f"已销号的问题再次出现，督办单重新打开。\n{text}", key="rebound")
    return event


def _reviewed(order: Order, by: User) -> None:
    close_step(kinds=[REVIEW], subject_kind=SUBJECT, subject_id=order.pk, by=by)


def _redo_day(due_on: date | None) -> date:
    calendar, today = work_calendar(), clock.today()
    if due_on is None:
        return calendar.add_working_days(today, OrderRules.current().redo_days)
    if due_on < today:
        raise Invalid({"due_on": "重办期限不能早于今天"})
    if (due_on - today).days > REDO_LONGEST:
        raise Invalid({"due_on": "重办期限最多一年以内"})
    return calendar.next_working_day(due_on)


def _again(order: Order, day: date, by: User | None, reason: str) -> None:
    """Another cycle of the answer. The order's due day follows (settings.CYCLE_OPENED)."""
    owed = owed_cycle(order, ANSWER)
    if owed is not None:
        open_cycle(owed, day, by, reason[:200], action="重新督办")
    order.refresh_from_db()
