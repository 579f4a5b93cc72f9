"""The words of notices in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Text
from chuangmo.errors import Invalid
from chuangmo.notices.models import NoticeTemplate


class NoticeTemplateResource(RegisterResource):
    """Which codes there are is the software's: a file changes words, and adds no row."""

    identity = ("code",)
    code = column("code", "代码", Text(), required=True)
    occasion = column("__str__", "用在", Text(), readonly=True)
    title = column("title", "标题", Text(), required=True)
    text = column("text", "内容", Text(), required=True)
    action = column("action", "要做什么", Text())
    variables = column("known_variables", "可用的变量", Text(), readonly=True)

    class Meta(RegisterResource.Meta):
        model = NoticeTemplate

    def store(self, row: NoticeTemplate, *, is_new: bool, cells: dict[str, Any]) -> None:
        if is_new:
            raise Invalid({"code": f"没有“{row.code}”这个模板。模板由系统设定，文件只改文字，不能新增。"})
        super().store(row, is_new=is_new, cells=cells)
