"""Who may read the archive's pages at all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from archives.holdings.rights import may_keep
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from indicators.plan.models import Plan


def reader(request: HttpRequest) -> Rights:
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看档案；评估专家请从预评估资料进入。")
    return rights


def rooms(plan: Plan, rights: Rights) -> dict[str, Any]:
    """What the tabs of the archive ask (templates/holdings/_tabs.html)."""
    return {"plan": plan, "offers": bool(rights.report), "keeps": may_keep(rights)}
