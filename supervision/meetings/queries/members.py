"""Who belongs to a series of meetings on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from chuangmo.org.models import GroupMember, Unit, UnitKind, valid_at
from indicators.plan.models import Assignment, AssignmentRole, Plan
from supervision.meetings.models import MeetingSeries

__all__ = ["members_of"]


def members_of(series: MeetingSeries, plan: Plan, at: date, county_id: int | None = None) -> list[Unit]:
    """The units that exist on that day and are leads, counties and zones, responsible, in the group or named: as the register
    says. Each once, in the order of units. A county's office calls the county and its departments. One query."""
    if county_id is not None:
        area = Unit.objects.filter(Q(pk=county_id) | Q(county=county_id)).exclude(kind=UnitKind.OFFICE)
        return list(area.filter(valid_at(at)).order_by("order", "name"))
    wanted = Q(pk__in=series.units.through.objects.filter(meetingseries=series.pk).values("unit"))
    of_plan = Assignment.objects.filter(valid_at(at), indicator__plan=plan)
    if series.with_leads:
        wanted |= Q(pk__in=of_plan.filter(role=AssignmentRole.LEAD).values("unit"))
    if series.with_responsible:
        wanted |= Q(pk__in=of_plan.filter(role=AssignmentRole.RESPONSIBLE).values("unit"))
    if series.with_counties:
        wanted |= Q(kind__in=[UnitKind.COUNTY, UnitKind.ZONE])
    if series.group_id is not None:
        wanted |= Q(pk__in=GroupMember.objects.filter(valid_at(at), group=series.group_id).values("unit"))
    return list(Unit.objects.filter(wanted).filter(valid_at(at)).order_by("order", "name"))
