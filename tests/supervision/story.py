"""The people and rows of supervision beside the cast: oversight bodies, deputies, kinds of problems, findings, orders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from chuangmo.access.models import Role, User
from chuangmo.errors import DomainError
from chuangmo.org.models import Unit, UnitKind
from supervision.inspections.models import Finding, InspectingBody, Inspection, InspectionKind, ProblemKind
from supervision.inspections.services import (
    FindingInput,
    TourInput,
    move_inspection,
    plan_inspection,
    raise_finding,
)
from supervision.orders import services as orders
from supervision.orders.models import Order
from supervision.papers.models import Issuer, PaperKind
from tests.factories import Cast, UnitFactory, UserFactory, give_role, make_cast

TODAY = date(2017, 6, 6)
DUE = date(2017, 6, 20)
PLACE, WORDS = "德坞河二号排口", "排口有黑色污水直排，河面有油花"


@dataclass
class Supervision:
    """Who is in it. The cast's inspector belongs to 市监察局, which inspects; the deputy to 市人大, which comments."""

    cast: Cast
    county_seat: Unit  # 钟山区创模办
    deputy: User
    helper: User  # reporter of the bureau, a co-operating unit
    other_county_office: User  # of 水城县创模办
    dust: ProblemKind
    water: ProblemKind

    def people(self) -> dict[str, User | AnonymousUser]:
        """The cast's people and the others, by their part."""
        return {
            **self.cast.people(),
            "deputy": self.deputy,
            "helper": self.helper,
            "other_county_office": self.other_county_office,
        }

    def tour(self, kind: str = InspectionKind.COVERT, *, by: User | None = None, **more: Any) -> Inspection:
        """Planned by the city's office for the owner's county, today."""
        asked = {
            "kind": kind,
            "title": "德坞河沿线检查",
            "planned_on": TODAY,
            "route": "德坞河一号到五号排口",
            "units": [self.cast.county.pk],
            **more,
        }
        office_id = asked.pop("office_id", self.cast.city_office.pk)
        return plan_inspection(by=by or self.cast.office, office_id=office_id, tour=TourInput(**asked))

    def moved(self, row: Inspection, *moves: str, by: User | None = None) -> Inspection:
        for move in moves:
            row = move_inspection(
                by=by or self.cast.office, inspection_id=row.pk, move=move, version=row.version
            )
        return row

    def found_input(self, **more: Any) -> FindingInput:
        return FindingInput(
            **{
                "unit_id": self.cast.county.pk,
                "kind_id": self.water.pk,
                "severity": "major",
                "text": WORDS,
                "place": PLACE,
                **more,
            }
        )

    def finding(
        self, inspection: Inspection | None = None, *, by: User | None = None, **more: Any
    ) -> Finding:
        """Of an inspection under way; without one released at once."""
        photos = more.pop("photos", ())
        taken_on = more.pop("taken_on", None)
        office_id = more.pop("office_id", inspection.office_id if inspection else self.cast.city_office.pk)
        return raise_finding(
            by=by or self.cast.office,
            office_id=office_id,
            found=self.found_input(**more),
            inspection_id=inspection.pk if inspection else None,
            photos=photos,
            taken_on=taken_on,
        ).finding

    def draft(self, *, by: User | None = None, **more: Any) -> Order:
        """To the owner's county, the bureau helps, due in two weeks."""
        asked = {
            "office": self.cast.city_office,
            "unit": self.cast.county,
            "title": "德坞河污水直排整改",
            "requirements": "封堵排口，恢复河面清洁。",
            "due_on": DUE,
            "co_units": [self.cast.bureau],
            **more,
        }
        return orders.draft_order(by=by or self.cast.office, **asked)

    def order(self, state: str = "issued", *, by: User | None = None, **more: Any) -> Order:
        """An order that went its usual way up to that state."""
        office = by or self.cast.office
        order = self.draft(by=office, **more)
        if state == "draft":
            return order
        order = orders.issue_draft(by=office, order_id=order.pk, version=order.version)
        return self.go(order, state, office)

    def go(self, order: Order, state: str, office: User | None = None) -> Order:
        """From issued (or sent back) on to another state."""
        office, unit = office or self.cast.office, self.cast.owner
        way = {
            "issued": [],
            "signed": ["sign"],
            "answered": ["sign", "answer"],
            "reviewed": ["sign", "answer", "review"],
            "closed": ["sign", "answer", "review", "close"],
            "sent_back": ["sign", "answer", "back"],
            "cancelled": ["cancel"],
            "renewed": ["renew"],
        }[state]
        for step in way:
            order.refresh_from_db()
            who: dict[str, Any] = {"order_id": order.pk, "version": order.version}
            if step == "sign" and order.state == "issued":
                orders.sign_order(by=unit, **who)
            elif step == "answer":
                orders.answer_order(by=unit, text="已封堵排口", **who)
            elif step == "review":
                orders.review_order(by=office, text="现场看过，已封堵", **who)
            elif step == "close":
                orders.close_order(by=office, **who)
            elif step == "back":
                orders.send_order_back(by=office, reason="河面仍有油花", **who)
            elif step == "cancel":
                orders.cancel_order(by=office, reason="重复发出", **who)
            elif step == "renew":
                second = orders.renew_order(by=office, requirements="再次督办", due_on=DUE, **who)
                orders.issue_draft(by=office, order_id=second.pk, version=second.version)
        order.refresh_from_db()
        return order


def make_supervision(cast: Cast | None = None) -> Supervision:
    cast = cast or make_cast()
    county_seat = Unit.objects.get(name="钟山区创模办")
    other_seat = UnitFactory(
        name="水城县创模办", short_name="水城县创模办", kind=UnitKind.OFFICE, county=cast.other_county
    )
    congress = UnitFactory(name="市人大", short_name="市人大", kind=UnitKind.OVERSIGHT)
    InspectingBody.objects.create(unit=Unit.objects.get(name="市监察局"), power="inspect")
    InspectingBody.objects.create(unit=congress, power="comment")
    PaperKind.objects.update_or_create(kind="order", defaults={"name": "督办单", "letters": "创督"})
    PaperKind.objects.update_or_create(
        kind="order-second", defaults={"name": "二次督办单", "letters": "创再督"}
    )
    Issuer.objects.create(office=Unit.objects.get(name="市监察局"), letters="水监", name="六盘水市监察局")
    deputy, other_office = (
        UserFactory(username="deputy", name="白代表"),
        UserFactory(username="other_office", name="水主任"),
    )
    give_role(deputy, congress, Role.INSPECTOR)
    give_role(other_office, other_seat, Role.COUNTY_OFFICE)
    return Supervision(
        cast=cast,
        county_seat=county_seat,
        deputy=deputy,
        helper=cast.lead_clerk,
        other_county_office=other_office,
        dust=ProblemKind.objects.create(code="dust", name="扬尘", order=1),
        water=ProblemKind.objects.create(code="sewage", name="污水直排", order=2),
    )


def at_once(*moves: Callable[[], object]) -> list[DomainError | None]:
    """Start all together, in threads with connections of their own; what each was told (None: it went through)."""
    gate = threading.Barrier(len(moves))
    told: list[DomainError | None] = [None] * len(moves)
    broken: list[BaseException] = []

    def run(place: int, move: Callable[[], object]) -> None:
        try:
            gate.wait()
            move()
        except DomainError as error:
            told[place] = error
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return told
