"""From a draft to an order with a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.days import long_date
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.models.obligations import Doer
from chuangmo.deadlines.rules import LOCK_WORKING_DAYS, Owed
from chuangmo.deadlines.services import owe_again, waive
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.periods import Kind, of_kind_containing
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project
from supervision.inspections.models import Finding
from supervision.inspections.rights import Hand
from supervision.inspections.services.gate import dissolved_fault, outside_fault
from supervision.orders.models import CoUnit, Order, OrderKind, OrderRules, OrderState
from supervision.orders.services.steps import (
    ANSWER,
    REVIEW,
    SIGN,
    SUBJECT,
    held,
    step,
    tell_story,
)
from supervision.orders.services.telling import tell_helpers, tell_unit
from supervision.papers.services.naming import document_number
from supervision.papers.services.numbers import take_number

__all__ = [
    "OrderInput",
    "change_draft",
    "draft_order",
    "issue_draft",
    "issue_order",
    "owe_order",
    "owe_review",
]

LONGEST = 366
PAPERS: dict[str, str] = {
    OrderKind.ORDER: "order",
    OrderKind.SECOND: "order-second",
}  # kinds of papers; each counts its own numbers


@dataclass(frozen=True)
class OrderInput:
    """What the form gives; ids of rows that exist."""

    unit_id: int
    title: str
    requirements: str
    due_on: date
    co_units: Collection[int] = field(default=())
    place: str = ""
    indicator_id: int | None = None
    project_id: int | None = None


@transaction.atomic
def draft_order(
    *,
    office: Unit,
    unit: Unit,
    title: str,
    requirements: str,
    due_on: date,
    source_kind: str = "",
    source_id: int | None = None,
    source_label: str = "",
    source_url: str = "",
    co_units: Iterable[Unit] = (),
    by: User,
    place: str = "",
    indicator: Indicator | None = None,
    project: Project | None = None,
    finding: Finding | None = None,
    previous: Order | None = None,
) -> Order:
    """A draft: known to its office alone, without a number. Refused without a seat there, Invalid by field.

    A due day that is a holiday moves to the next working day (`asked_due_on` keeps what was written). `previous` makes
    it a second order.
    """
    asked = OrderInput(
        unit_id=unit.pk,
        title=title,
        requirements=requirements,
        due_on=due_on,
        co_units=tuple(one.pk for one in co_units),
        place=place,
        indicator_id=indicator.pk if indicator else None,
        project_id=project.pk if project else None,
    )
    _require_valid(asked, office, by)
    if previous is not None and not (previous.is_open and not hasattr(previous, "following")):
        raise Refused("前一份督办单已经办结，或已有二次督办单")
    order = Order.objects.create(
        plan=Plan.objects.current(),
        office=office,
        kind=OrderKind.SECOND if previous else OrderKind.ORDER,
        source_kind=source_kind,
        source_id=source_id,
        source_label=source_label[:200],
        source_url=source_url,
        finding=finding,
        previous=previous,
        created_by=by,
        **_columns(asked, work_calendar()),
    )
    CoUnit.objects.bulk_create(CoUnit(order=order, unit_id=pk) for pk in asked.co_units)
    tell_story(order, "draft", "起草", by=by)
    return order


@transaction.atomic
def change_draft(*, by: User, order_id: int, version: int, asked: OrderInput) -> Order:
    """Put a draft right. Stale when somebody changed or issued it since."""
    order = held(order_id)
    if order.state != OrderState.DRAFT:
        raise Stale("督办单已经签发，不能再改；有误的作废后重发")
    _require_valid(asked, order.office, by)
    changed = Order.objects.filter(pk=order.pk, version=version, state=OrderState.DRAFT).update(
        version=F("version") + 1, **_columns(asked, work_calendar())
    )
    if not changed:
        raise Stale("这份草稿刚才有人改过，请刷新后再改；您填写的内容还在本页")
    order.refresh_from_db()
    order.helpers.exclude(unit__in=asked.co_units).delete()
    there = set(order.helpers.values_list("unit_id", flat=True))
    CoUnit.objects.bulk_create(CoUnit(order=order, unit_id=pk) for pk in asked.co_units if pk not in there)
    tell_story(order, "change", "修改草稿", by=by)
    return order


@transaction.atomic
def issue_draft(*, by: User, order_id: int, version: int) -> Order:
    """Give it its number, in this transaction: who fails after that gives the number back. The unit owes from now on.

    Everything that a draft is asked for is asked again: the unit may have been dissolved meanwhile.
    """
    order = held(order_id)
    asked = OrderInput(
        order.unit_id,
        order.title,
        order.requirements,
        order.due_on,
        tuple(order.helpers.values_list("unit_id", flat=True)),
    )
    _require_valid(asked, order.office, by)
    if order.finding is not None and not order.finding.is_released:
        raise Refused("检查还没有公布，不能发督办单；先在检查页面公布")
    previous = held(order.previous_id) if order.previous_id else None
    today = clock.today()
    if order.version != version or order.state != OrderState.DRAFT:
        number = 0  # `step` says what is wrong, before a number is taken
    else:
        number = take_number(PAPERS[order.kind], order.office_id, today.year)
    step(
        order,
        "issue",
        version=version,
        by=by,
        word="签发",
        text=_moved(order),
        issued_by=by,
        issued_on=today,
        year=today.year,
        number=number,
        document_number=document_number(PAPERS[order.kind], order.office, today.year, number),
    )
    owe_order(order)
    if previous is not None:
        step(previous, "renew", version=None, by=by, word="转二次督办", text=f"见 {order.document_number}")
        waive_rest(previous, f"已转二次督办（{order.document_number}）")
    tell_unit(
        order, f"督办单：{order.title}", f"{order.office}发来督办单 {order.document_number}。", key="issued"
    )
    tell_helpers(order)
    return order


@transaction.atomic
def issue_order(
    *,
    office: Unit,
    unit: Unit,
    title: str,
    requirements: str,
    due_on: date,
    source_kind: str = "",
    source_id: int | None = None,
    source_label: str = "",
    source_url: str = "",
    co_units: Iterable[Unit] = (),
    by: User,
) -> Order:
    """Draft and issue at once; see both."""
    order = draft_order(
        office=office,
        unit=unit,
        title=title,
        requirements=requirements,
        due_on=due_on,
        source_kind=source_kind,
        source_id=source_id,
        source_label=source_label,
        source_url=source_url,
        co_units=co_units,
        by=by,
    )
    return issue_draft(by=by, order_id=order.pk, version=order.version)


def owe_order(order: Order) -> None:
    """The responsible unit owes a signature within some working days, and an answer by the due day."""
    calendar, days = work_calendar(), OrderRules.current().sign_days
    sign = replace(_owed(order, SIGN), due_on=calendar.add_working_days(clock.today(), days), term_days=days)
    locks_on = calendar.add_working_days(order.due_on, LOCK_WORKING_DAYS)
    owe_again([sign, replace(_owed(order, ANSWER), due_on=order.due_on, locks_on=locks_on)], "")


def owe_review(order: Order) -> None:
    """The issuing office owes a word on the answer; who doesn't give it is reminded like anybody else."""
    days = OrderRules.current().review_days
    due_on = work_calendar().add_working_days(clock.today(), days)
    review = replace(
        _owed(order, REVIEW), unit_id=order.office_id, role=Doer.OFFICE, due_on=due_on, term_days=days
    )
    owe_again([review], "")


def _owed(order: Order, kind: str) -> Owed:
    return Owed(
        kind=kind,
        unit_id=order.unit_id,
        subject_kind=SUBJECT,
        subject_id=order.pk,
        subject_label=f"{order.document_number} {order.title}",
        subject_url=order.get_absolute_url(),
        period=of_kind_containing(Kind.MONTH, clock.today()),
        due_on=None,
    )


def waive_rest(order: Order, reason: str) -> None:
    """Nothing is owed for it any more."""
    rows = Obligation.objects.open().filter(subject_kind=SUBJECT, subject_id=order.pk)
    waive(list(rows.values_list("pk", flat=True)), reason[:200])


def _moved(order: Order) -> str:
    if order.asked_due_on is None:
        return ""
    return f"办结期限{long_date(order.asked_due_on)}不是工作日，顺延到{long_date(order.due_on)}"


def _columns(asked: OrderInput, calendar: WorkCalendar) -> dict[str, object]:
    due_on = calendar.next_working_day(asked.due_on)
    return {
        "unit_id": asked.unit_id,
        "title": asked.title.strip(),
        "requirements": asked.requirements.strip(),
        "due_on": due_on,
        "original_due_on": due_on,
        "asked_due_on": asked.due_on if due_on != asked.due_on else None,
        "place": asked.place.strip()[:120],
        "indicator_id": asked.indicator_id,
        "project_id": asked.project_id,
    }


def _require_valid(asked: OrderInput, office: Unit, by: User) -> None:
    seat = Hand(rights_of(by)).seat_at(office.pk)
    if seat is None:
        raise Refused(f"只有{office}的人员可以起草和签发它的督办单")
    faults: dict[str, str] = {}
    unit = Unit.objects.select_related("successor").filter(pk=asked.unit_id).first()
    if unit is None:
        faults["unit"] = "请选择承办单位"
    elif fault := dissolved_fault(unit) or outside_fault(seat, [unit]):
        faults["unit"] = fault
    helpers = list(Unit.objects.select_related("successor").filter(pk__in=asked.co_units))
    if asked.unit_id in asked.co_units:
        faults["co_units"] = "承办单位不能同时是协办单位"
    elif gone := [text for one in helpers if (text := dissolved_fault(one))]:
        faults["co_units"] = "；".join(gone)
    elif outside := outside_fault(seat, helpers):
        faults["co_units"] = outside
    if not asked.title.strip():
        faults["title"] = "请写事由"
    elif len(asked.title.strip()) > 120:
        faults["title"] = f"事由最多 120 字，现有 {len(asked.title.strip())} 字"
    if not asked.requirements.strip():
        faults["requirements"] = "请写督办要求"
    elif len(asked.requirements.strip()) > 4000:
        faults["requirements"] = f"最多 4000 字，现有 {len(asked.requirements.strip())} 字"
    if asked.due_on < clock.today():
        faults["due_on"] = "办结期限不能早于今天"
    elif (asked.due_on - clock.today()).days > LONGEST:
        faults["due_on"] = "办结期限最多一年以内"
    if faults:
        raise Invalid(faults)
