"""Who may read the archive's pages at all."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused


def reader(request: HttpRequest) -> Rights:
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看档案；评估专家请从预评估资料进入。")
    return rights
