"""What orders show on the home page and on /supervision/."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.shell.panels import OWED, WAITING, Panel
from supervision.hub import Line, Section
from supervision.inspections.rights import Hand, hand_for
from supervision.orders.models import Order
from supervision.orders.queries.lists import for_office, for_unit, order_counts, to_help
from supervision.orders.signs import STATES

SHOWN = 8


def _prepared(listed: Callable[[Hand], QuerySet[Order]]) -> ByRights:
    return ByRights(lambda rights, offices: listed(Hand.at(rights, offices)), offices=frozenset)


_FOR_UNIT, _TO_HELP, _FOR_OFFICE = _prepared(for_unit), _prepared(to_help), _prepared(for_office)


def owed(request: HttpRequest) -> Panel | None:
    """Orders that the person's unit has to sign for or to answer, and those where it helps. Two queries."""
    hand = hand_for(request)
    if not (hand.rights.report or hand.rights.sign_off):
        return None
    rows, helped = (one.objects(hand.rights, offices=hand.offices) for one in (_FOR_UNIT, _TO_HELP))
    if not rows and not helped:
        return None
    context = {
        "orders": [(one, STATES[one.state]) for one in rows[:SHOWN]],
        "helped": helped[:SHOWN],
        "more": len(rows) > SHOWN or len(helped) > SHOWN,
        "today": clock.today(),
    }
    return Panel(
        area=OWED,
        title="督办单",
        template="orders/_owed_panel.html",
        context=context,
        count=len(rows) + len(helped),
    )


def waiting(request: HttpRequest) -> Panel | None:
    """Answers to review, reviewed orders to close, drafts to issue. Two queries."""
    hand = hand_for(request)
    if not hand.seats:
        return None
    rows = _FOR_OFFICE.objects(hand.rights, offices=hand.offices)
    if not rows:
        return None
    context = {
        "orders": [(one, STATES[one.state]) for one in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "today": clock.today(),
    }
    return Panel(
        area=WAITING, title="督办单", template="orders/_waiting_panel.html", context=context, count=len(rows)
    )


def section(request: HttpRequest) -> Section:
    """Where the orders stand that the person may see; what came back stands above everything."""
    hand = hand_for(request)
    counts, url = order_counts(hand, clock.today()), reverse("orders:order-list")
    lines = [
        Line("逾期", counts.late, f"{url}?state=late", "missed"),
        Line("待签收", counts.to_sign, f"{url}?state=issued", "partial"),
        Line("办理中", counts.working, f"{url}?state=unit", "partial"),
        Line("待复核、销号", counts.answered, f"{url}?state=office", "margin"),
    ]
    if hand.seats:
        lines.append(Line("草稿", counts.drafts, f"{url}?state=draft"))
    return Section(
        "督办单",
        url,
        tuple(lines),
        action=("起草督办单", reverse("orders:order-new")) if hand.seats else None,
        first=(Line("反弹，先督办", counts.rebounds, reverse("orders:rebound-list"), "missed"),),
    )
