"""Words of notices in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Text
from chuangmo.errors import Invalid
from chuangmo.notices.models import NoticeTemplate

__all__ = ["NoticeTemplateResource"]


class NoticeTemplateResource(RegisterResource):
    """Words by code; codes can't be added."""

    identity = ("code",)
    code = column("code", "代码", Text(), required=True)
    title = column("title", "标题", Text(), required=True)
    text = column("text", "内容", Text(), required=True)
    action = column("action", "要做什么", Text())

    class Meta(RegisterResource.Meta):
        model = NoticeTemplate

    def store(self, row: NoticeTemplate, *, is_new: bool, cells: dict[str, Any]) -> None:
        if is_new:
            raise Invalid({"code": f"没有代码为“{row.code}”的通知模板。"})
        super().store(row, is_new=is_new, cells=cells)
