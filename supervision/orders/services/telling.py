"""Who hears of an order's moves, in the transaction of each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from chuangmo import clock
from chuangmo.access.models import Membership, Role
from chuangmo.days import long_date
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import notify, settle
from supervision.inspections.services.telling import people_of_units
from supervision.orders.models import Order

__all__ = ["settle_order", "tell_helpers", "tell_office", "tell_unit"]

SUBJECT = "order"
OFFICES = (Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR)


def tell_unit(order: Order, title: str, text: str, *, key: str, kind: str = kinds.ORDER) -> None:
    """The responsible unit's people and leaders, at once; 免打扰 can't hold it back."""
    due = f"\n办结期限：{long_date(order.due_on)}。" if order.is_open else ""
    _tell(
        order,
        people_of_units([order.unit_id])[order.unit_id],
        kind,
        title,
        f"{text}{due}",
        "去办理",
        key,
        True,
    )


def tell_helpers(order: Order) -> None:
    """Co-operating units."""
    ids = list(order.helpers.values_list("unit_id", flat=True))
    people = people_of_units(ids)
    to = [user for unit in ids for user in people[unit]]
    text = f"{order.office}发来督办单 {order.document_number}，由{order.unit}承办，请配合。"
    _tell(order, to, kinds.ORDER, f"请协办督办单：{order.title}", text, "查看", "helped", False)


def tell_office(order: Order, title: str, text: str, *, key: str) -> None:
    """The people of the issuing office: something waits for them."""
    seats = Membership.objects.valid(clock.today()).filter(
        Q(role__in=OFFICES), unit=order.office_id, user__is_active=True
    )
    to = seats.order_by("user_id").values_list("user_id", flat=True).distinct()
    _tell(order, to, kinds.WAITING, title, text, "去复核", key, False)


def settle_order(order: Order, *, kinds_: Iterable[str] = (kinds.ORDER, kinds.WAITING)) -> None:
    """What nobody has seen of it yet asks no more."""
    settle(subject_kind=SUBJECT, subject_ids=[order.pk], kinds=kinds_)


def _tell(
    order: Order,
    to: Iterable[int],
    kind: str,
    title: str,
    text: str,
    action: str,
    key: str,
    mandatory: bool,
) -> None:
    notify(
        to=to,
        kind=kind,
        title=title,
        text=text,
        action=action,
        url=order.get_absolute_url(),
        subject_kind=SUBJECT,
        subject_id=order.pk,
        subject_label=str(order),
        unit=order.unit,
        due_on=order.due_on if order.is_open else None,
        urgency="now" if mandatory else "digest",
        mandatory=mandatory,
        key=f"order:{order.pk}:{key}:{order.version}",
    )
