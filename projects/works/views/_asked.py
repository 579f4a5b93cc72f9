"""What an address asks for: the plan, the project, and whether this person may read it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from indicators.plan.models import Plan
from projects.works.models import Project
from projects.works.rights import visible_projects


def plan_asked(request: HttpRequest, code: str) -> tuple[Plan, Rights]:
    """The plan of the address and the reader's rights. 404 for an unknown plan, Refused for a mere assessor."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看工程和任务；如需查看，请联系管理员。")
    return get_object_or_404(Plan, code=code), rights


def project_asked(request: HttpRequest, plan: str, code: str) -> Project:
    """The project of the address; 404 for everybody who may not see it, as if there were none."""
    found = visible_projects(rights_for(request)).select_related(
        "plan", "owner", "bureau", "parent", "template"
    )
    return get_object_or_404(found, plan__code=plan, code=code)


def person(request: HttpRequest) -> User:
    return cast(User, request.user)
