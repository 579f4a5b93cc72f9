"""The desk's registers of notices: words, channels, hours, and the outbox to look at."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chuangmo.desk.admin import ExcelMixin, OneRow, PlainRegister, ReadOnlyMixin, Register
from chuangmo.notices.forms import ChannelForm, TemplateForm
from chuangmo.notices.models import Channel, DeliveryRules, Message, NoticeTemplate
from chuangmo.notices.resources import NoticeTemplateResource
from chuangmo.notices.services.delivery import send_again


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(ExcelMixin, Register):
    """Codes are ours (software asks for them), words the administrator's."""

    form = TemplateForm
    resource_classes = [NoticeTemplateResource]
    list_display = ("__str__", "code", "title", "action")
    search_fields = ("code", "title", "text")
    fields = ("code", "title", "text", "action")
    readonly_fields = ("code",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A file changes words and adds nothing: who may change may bring one."""
        return self.has_change_permission(request)


@admin.register(Channel)
class ChannelAdmin(PlainRegister):
    form = ChannelForm
    list_display = (
        "name",
        "kind",
        "unit",
        "is_active",
        "failures",
        "paused_until",
        "last_sent_at",
        "last_error",
    )
    list_filter = ("kind", "is_active")
    list_select_related = ("unit",)
    search_fields = ("name", "unit__name")
    autocomplete_fields = ("unit",)
    fields = ("kind", "name", "unit", "address", "secret", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()


@admin.register(DeliveryRules)
class DeliveryRulesAdmin(OneRow):
    list_display = ("digest_at", "earliest", "latest", "keep_months")


@admin.register(Message)
class MessageAdmin(ReadOnlyMixin, PlainRegister):
    """What went out, what waits, what failed; only to look at, and to send once more."""

    list_display = (
        "created_at",
        "channel",
        "user",
        "title",
        "state",
        "attempts",
        "next_try_at",
        "sent_at",
        "error",
    )
    list_filter = ("state", "channel")
    list_select_related = ("channel", "user")
    search_fields = ("title", "user__name", "user__username")
    actions = ("again",)

    def has_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notices.change_message")

    @admin.action(description="再发一次（未送达、结果不明的）", permissions=["again"])
    def again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = sum(send_again(message=message, by=request.user) for message in queryset)
        messages.success(request, f"{count} 件将再发一次。")
