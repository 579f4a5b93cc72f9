"""What the access table (tests/test_access_table.py) asks of supervision: one row of each sort, by the move that it waits for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from supervision.inspections.models import Comment, Finding, Inspection, InspectionKind
from supervision.inspections.services import write_comment
from supervision.orders.models import Order
from tests.factories import Cast
from tests.projects.works.pictures import picture
from tests.supervision.story import Supervision, make_supervision

# Which order, which inspection a move finds ready.
ORDER = {
    "issue": "draft",
    "sign": "issued",
    "answer": "signed",
    "review": "answered",
    "close": "reviewed",
    "send-back": "answered",
    "second": "signed",
    "rebound": "closed",
}
TOUR = {"begin": "planned", "finish": "under_way", "release": "finished", "call-off": "planned"}


@dataclass
class SupervisedWorld:
    """Patrols of the owner's county in each state, one finding known to it and one not, orders in each state."""

    world: Supervision
    tours: dict[str, Inspection]
    known: Finding
    hidden: Finding
    comment: Comment
    orders: dict[str, Order]

    def arguments(self, variant: str) -> dict[str, dict[str, Any]]:
        return {
            "supervision": {},
            "inspections": {"inspection_id": self.tours["under_way"].pk},
            "orders": {"order_id": self.orders[ORDER.get(variant, "issued")].pk},
        }

    def special(self, variant: str) -> dict[str, dict[str, Any]]:
        finding = self.known if variant == "known" else self.hidden
        about: dict[str, dict[str, Any]] = {
            f"inspections:finding-{name}": {"finding_id": finding.pk}
            for name in ("show", "edit", "photos", "drop")
        }
        tour = self.tours[TOUR.get(variant, "under_way")]
        order = self.orders[ORDER.get(variant, "issued")]
        return {
            **about,
            "inspections:inspection-list": {},
            "inspections:inspection-new": {},
            "inspections:inspection-move": {"inspection_id": tour.pk, "move": variant},
            "inspections:finding-list": {},
            "inspections:finding-direct": {},
            "inspections:comment-list": {},
            "inspections:comment-answer": {"comment_id": self.comment.pk},
            "orders:order-list": {},
            "orders:order-new": {},
            "orders:rebound-list": {},
            "orders:order-edit": {"order_id": self.orders["draft"].pk},
            "orders:order-move": {"order_id": order.pk, "move": variant},
        }

    def bodies(self, variant: str) -> dict[str, dict[str, Any]]:
        cast, kind = self.world.cast, self.world.water
        found = {
            "key": str(uuid.uuid4()),
            "unit": cast.county.pk,
            "kind": kind.pk,
            "severity": "minor",
            "text": "河边有垃圾",
            "place": "一号桥",
            "found_on": "2017-06-06",
        }
        tour = {
            "office": cast.city_office.pk,
            "kind": "patrol",
            "title": "沿河巡查",
            "planned_on": "2017-06-08",
            "units": [cast.county.pk],
        }
        order = {
            "office": cast.city_office.pk,
            "unit": cast.county.pk,
            "title": "清理垃圾",
            "requirements": "清理干净",
            "due_on": "2017-06-20",
        }
        words = {"text": "已经办好", "reason": "还不行", "requirements": "再次督办", "due_on": "2017-06-20"}
        helper = self.orders["issued"].helpers.get().pk
        return {
            "inspections:inspection-new": tour,
            "inspections:inspection-edit": {**tour, "version": self.tours["under_way"].version},
            "inspections:inspection-check": {},
            "inspections:inspection-comment": {"text": "河边有垃圾"},
            "inspections:inspection-move": {
                "version": self.tours[TOUR.get(variant, "under_way")].version,
                "reason": "下雨",
            },
            "inspections:finding-new": found,
            "inspections:finding-direct": found,
            "inspections:finding-edit": {**found, "version": 0},
            "inspections:finding-photos": {"photos": picture(taken="2017:06:06 09:00:00")},
            "inspections:finding-drop": {"reason": "记错了"},
            "inspections:comment-list": {"text": "河边有垃圾"},
            "inspections:comment-answer": {"answer": "已转办"},
            "orders:order-new": order,
            "orders:order-edit": {**order, "version": self.orders["draft"].version},
            "orders:order-comment": {"text": "要快"},
            "orders:order-move": {
                **words,
                "version": self.orders[ORDER.get(variant, "issued")].version,
                "helper": helper,
            },
        }


def make_supervised(cast: Cast) -> SupervisedWorld:
    world = make_supervision(cast)
    ways = {"planned": (), "under_way": ("begin",), "finished": ("begin", "finish")}
    tours = {state: world.moved(world.tour(InspectionKind.PATROL), *way) for state, way in ways.items()}
    return SupervisedWorld(
        world=world,
        tours=tours,
        known=world.finding(),
        hidden=world.finding(tours["under_way"]),
        comment=write_comment(by=world.deputy, text="要快"),
        orders={
            state: world.order(state)
            for state in ("draft", "issued", "signed", "answered", "reviewed", "closed")
        },
    )
