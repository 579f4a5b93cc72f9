"""Who may see and do what with inspections, findings and comments. Pages, services and exports ask these and no others.

| who | inspections | findings | may |
| --- | --- | --- | --- |
| office that carries it out, its team | all its own | all its own | plan, find, release (the team: find) |
| city's steering office | those of all steering offices | the same | make findings of comments |
| oversight bodies, leaders, administrators | all but covert ones before release | released ones | oversight: comment |
| county's steering office | as its units, besides its own | released ones of its county | — |
| the inspected unit | not covert, spot checks once begun; covert once released | its own, released | — |
| other units, assessors | none | none | — |

Nobody learns of a covert inspection of a unit that they belong to before its release, whatever their office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from chuangmo.access.models import Membership, Role
from chuangmo.access.queries import Rights, rights_for
from chuangmo.org.models import Unit, UnitKind
from chuangmo.prepared import Prepared
from supervision.inspections.models import (
    HIDDEN_UNTIL_BEGUN,
    Comment,
    Finding,
    Inspection,
    InspectionKind,
    InspectionState,
    Power,
)

__all__ = [
    "Hand",
    "Seat",
    "finding_attachment_rights",
    "hand_for",
    "visible_comments",
    "visible_findings",
    "visible_inspections",
]

_WATCHERS = {Role.INSPECTOR, Role.OBSERVER, Role.ADMIN}
_UNRELEASED_COVERT = Q(kind=InspectionKind.COVERT, released_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Seat:
    """An office for which a person supervises, and the county that it is confined to (None: the whole city)."""

    office_id: int
    office: str
    county_id: int | None

    def area(self) -> Q:
        """The units that the office may supervise, as a condition on Unit."""
        return Q() if self.county_id is None else Q(county=self.county_id) | Q(pk=self.county_id)


@dataclass(frozen=True)
class Hand:
    """A person's rights with the seats from which they supervise; made once a request or service."""

    rights: Rights

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """One query."""
        if not self.rights.roles & {Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR}:
            return ()
        found = {}
        for unit_id, name, role, county_id, power in _SEATS.rows(
            user=self.rights.user.pk, day=self.rights.on
        ):
            if role == Role.OFFICE:
                found[unit_id] = Seat(unit_id, name, None)
            elif role == Role.COUNTY_OFFICE and county_id is not None:
                found[unit_id] = Seat(unit_id, name, county_id)
            elif role == Role.INSPECTOR and power == Power.INSPECT:
                found[unit_id] = Seat(unit_id, name, None)
        return tuple(found.values())

    @cached_property
    def offices(self) -> frozenset[int]:
        return frozenset(seat.office_id for seat in self.seats)

    @classmethod
    def at(cls, rights: Rights, offices: frozenset[int]) -> Hand:
        """A hand whose offices are known: for queries that are prepared once."""
        hand = cls(rights)
        hand.__dict__["offices"] = offices
        return hand

    def seat_at(self, office_id: int | None) -> Seat | None:
        return next((seat for seat in self.seats if seat.office_id == office_id), None)

    @property
    def watches(self) -> bool:
        """Sees what is known of every unit."""
        return bool(self.rights.roles & _WATCHERS) or self.rights.is_office

    @property
    def may_comment(self) -> bool:
        return Role.INSPECTOR in self.rights.roles

    def units(self) -> QuerySet[Unit]:
        """The units that the person may supervise from any seat and that exist."""
        if not self.seats:
            return Unit.objects.none()
        area = Q(pk__in=())
        for seat in self.seats:
            area |= seat.area() if seat.county_id is not None else Q(pk__isnull=False)
        return Unit.objects.valid(self.rights.on).filter(area)  # type: ignore[return-value]


def _seats(user: int, day: date) -> QuerySet[Membership, Any]:
    return (
        Membership.objects.valid(day)
        .filter(user=user, role__in=[Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR])
        .order_by("unit__order", "unit_id")
        .values_list("unit_id", "unit__name", "role", "unit__county_id", "unit__inspecting_body__power")
    )


_SEATS = Prepared(_seats, user=int, day=date)


def hand_for(request: HttpRequest) -> Hand:
    """The hand of the person behind a request, made at most once."""
    found: Hand | None = getattr(request, "_supervision_hand", None)
    if found is None:
        found = Hand(rights_for(request))
        request._supervision_hand = found  # type: ignore[attr-defined]
    return found


def visible_inspections(hand: Hand) -> QuerySet[Inspection]:
    """See the table above."""
    rights = hand.rights
    if not rights.sees_campaign:
        return Inspection.objects.none()
    through, team = Inspection.units.through, Inspection.team.through
    mine = Q(office__in=hand.offices) | Q(
        Exists(team.objects.filter(inspection=OuterRef("pk"), user=rights.user.pk))
    )
    if rights.is_office:
        mine |= Q(office__kind=UnitKind.OFFICE)
    known = Q(released_at__isnull=False) | (
        ~Q(kind=InspectionKind.COVERT)
        & ~Q(kind__in=HIDDEN_UNTIL_BEGUN, state__in=[InspectionState.PLANNED, InspectionState.CALLED_OFF])
    )
    if not hand.watches:
        touched = Exists(through.objects.filter(inspection=OuterRef("pk"), unit__in=rights.view))
        found = Exists(
            Finding.objects.filter(
                inspection=OuterRef("pk"), released_at__isnull=False, unit__in=rights.view
            ).order_by()
        )
        known &= Q(touched) | Q(found)
    inspected = Exists(through.objects.filter(inspection=OuterRef("pk"), unit__in=rights.member_of))
    return Inspection.objects.filter(mine | known).exclude(_UNRELEASED_COVERT & Q(inspected))


def visible_findings(hand: Hand) -> QuerySet[Finding]:
    """See the table above."""
    rights = hand.rights
    if not rights.sees_campaign:
        return Finding.objects.none()
    team = Inspection.team.through
    mine = Q(office__in=hand.offices) | Q(
        Exists(team.objects.filter(inspection=OuterRef("inspection"), user=rights.user.pk))
    )
    if rights.is_office:
        mine |= Q(office__kind=UnitKind.OFFICE)
    known = Q(released_at__isnull=False)
    if not hand.watches:
        known &= Q(unit__in=rights.view)
    covert = Q(released_at__isnull=True, inspection__kind=InspectionKind.COVERT)
    inspected = Exists(
        Inspection.units.through.objects.filter(inspection=OuterRef("inspection"), unit__in=rights.member_of)
    )
    return Finding.objects.filter(mine | known).exclude(
        covert & (Q(unit__in=rights.member_of) | Q(inspected))
    )


def visible_comments(hand: Hand) -> QuerySet[Comment]:
    """Its own body, the city's steering office, leaders; never the units that it is about."""
    rights = hand.rights
    if rights.is_office or rights.roles & {Role.OBSERVER, Role.ADMIN}:
        return Comment.objects.all()
    if Role.INSPECTOR in rights.roles:
        return Comment.objects.filter(body__in=rights.member_of)
    return Comment.objects.none()


def finding_attachment_rights(rights: Rights, finding_id: int) -> bool:
    """A picture is seen by whoever sees the finding (settings.ATTACHMENT_OWNERS)."""
    return visible_findings(Hand(rights)).filter(pk=finding_id).exists()
