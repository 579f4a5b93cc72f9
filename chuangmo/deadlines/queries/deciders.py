"""Who decides what a unit asks about a deadline: the steering office, and the office whose own matter it is."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from chuangmo.access.models import Membership, Role
from chuangmo.access.queries import Rights
from chuangmo.access.rules import ACCEPT
from chuangmo.deadlines.models import Obligation

__all__ = ["OFFICES", "deciding_office", "may_decide_requests", "people_of_office"]

OFFICES = (Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR)


def deciding_office(obligation: Obligation) -> int | None:
    """The office that made it the unit's to do (settings.DEADLINE_DECIDERS); None: the city's steering office."""
    path = settings.DEADLINE_DECIDERS.get(obligation.subject_kind)
    found: int | None = import_string(path)(obligation) if path else None
    return found


def may_decide_requests(rights: Rights, obligation: Obligation) -> bool:
    """The steering office always may. At most two queries more."""
    if rights.may(ACCEPT, obligation.unit_id):
        return True
    if not rights.roles & set(OFFICES):
        return False
    office_id = deciding_office(obligation)
    if office_id is None:
        return False
    seats = Membership.objects.valid(rights.on).filter(user=rights.user.pk, unit=office_id, role__in=OFFICES)
    return seats.exists()


def people_of_office(office_id: int, at: date) -> list[int]:
    """Whoever works there. One query."""
    seats = Membership.objects.valid(at).filter(unit=office_id, role__in=OFFICES, user__is_active=True)
    return list(seats.order_by("user_id").values_list("user_id", flat=True).distinct())
