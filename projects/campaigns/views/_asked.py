"""What an address asks for: the plan, the task, the member, the file, and whether this person may see it."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from chuangmo.org.models import Unit, UnitKind
from indicators.plan.models import Plan
from projects.campaigns.models import Member, MemberImport, Task
from projects.campaigns.rights import sees_member, visible_imports, visible_tasks


def plan_asked(request: HttpRequest, code: str) -> tuple[Plan, Rights]:
    """The plan of the address and the reader's rights. 404 for an unknown plan, Refused for a mere assessor."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看工程和任务；如需查看，请联系管理员。")
    return get_object_or_404(Plan, code=code), rights


def task_asked(request: HttpRequest, plan: str, code: str) -> Task:
    """The task of the address; 404 for everybody who may not see it, as if there were none."""
    found = visible_tasks(rights_for(request)).select_related("plan", "lead")
    return get_object_or_404(found, plan__code=plan, code=code)


def member_asked(request: HttpRequest, member_id: int) -> Member:
    """One member, by the same rule."""
    member = (
        Member.objects.select_related(
            "task", "task__plan", "task__lead", "unit", "county", "post", "ticked_by", "verified_by"
        )
        .filter(pk=member_id)
        .first()
    )
    if member is None or not sees_member(rights_for(request), member):
        raise Http404("没有这个对象")
    return member


def import_asked(request: HttpRequest, import_id: int) -> MemberImport:
    """One file that was brought; for whoever brought it and for the lead."""
    found = visible_imports(rights_for(request)).select_related("task", "task__plan", "created_by")
    return get_object_or_404(found, pk=import_id)


def counties() -> list[Unit]:
    """What may be chosen as the place of a member."""
    return list(Unit.objects.filter(kind__in=[UnitKind.COUNTY, UnitKind.ZONE]).order_by("order", "name"))


def person(request: HttpRequest) -> User:
    return cast(User, request.user)
