"""The desk's registers of people, memberships and exceptions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from chuangmo import clock
from chuangmo.access.forms import (
    GrantForm,
    LeaveForm,
    MembershipForm,
    NewPersonForm,
    PasswordForm,
    PersonAct,
    PersonForm,
)
from chuangmo.access.models import Grant, Membership, User
from chuangmo.access.resources import MembershipResource, PersonResource
from chuangmo.access.services import Left, end_membership, reinstate, revoke_grant
from chuangmo.desk.admin import ExcelMixin, PlainRegister, ReadOnlyMixin, Register
from chuangmo.errors import DomainError
from chuangmo.org.models import valid_at


class ValidNow(admin.SimpleListFilter):
    """Which dated rows count today."""

    title = "是否在任"
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "在任"), ("past", "已结束"), ("later", "尚未开始")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = clock.today()
        if self.value() == "now":
            return queryset.filter(valid_at(today))
        if self.value() == "past":
            return queryset.filter(valid_to__lt=today)
        if self.value() == "later":
            return queryset.filter(valid_from__gt=today)
        return queryset


class HasMail(admin.SimpleListFilter):
    """Whom no mail can reach: they are told on the page only."""

    title = "邮箱"
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "无邮箱"), ("yes", "有邮箱")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "no":
            return queryset.filter(email="")
        return queryset.exclude(email="") if self.value() == "yes" else queryset


class MembershipInline(ReadOnlyMixin, admin.TabularInline):
    """What the person is and was; given and ended in its own register."""

    model = Membership
    extra = 0
    fields = ("unit", "role", "valid_from", "valid_to")
    show_change_link = True
    verbose_name_plural = "任职（在“任职”中办理）"


@admin.register(User)
class PersonAdmin(ExcelMixin, PlainRegister):
    resource_classes = [PersonResource]
    form = PersonForm
    change_form_template = "admin/access/user/change_form.html"
    list_display = ("username", "name", "posts", "phone", "is_active", "last_login")
    list_filter = ("is_active", HasMail, "memberships__role")
    search_fields = ("username", "name", "phone", "memberships__unit__name", "memberships__unit__short_name")
    search_help_text = "用户名、姓名、手机、单位"
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "name")}),
        ("联系方式", {"fields": ("phone", "email", "wecom_id", "dingtalk_id", "feishu_id")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "password", "again")}),
        ("联系方式", {"fields": ("phone", "email", "wecom_id", "dingtalk_id", "feishu_id")}),
    )

    @admin.display(description="任职")
    def posts(self, row: User) -> str:
        today = clock.today()
        held = [post for post in row.memberships.all() if post.is_valid(today)]
        return "、".join(f"{post.unit.short_name} {post.get_role_display()}" for post in held)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("memberships__unit")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """No list by the beginning of a password's digest: letter by letter it would tell the whole."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change=change, **kwargs)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> Any:
        """Without a post the account sees nothing: the way to one stands in the message."""
        response = super().response_add(request, obj, post_url_continue)
        if "_popup" not in request.POST:
            address = f"{reverse('admin:access_membership_add')}?user={obj.pk}"
            text = '{}还没有任职，登录后看不到任何单位的内容。<a href="{}">现在办理任职</a>'
            messages.warning(request, format_html(text, obj.name, address))
        return response

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def get_urls(self) -> list[URLPattern]:
        def act(form: type[PersonAct]) -> Any:
            return self.admin_site.admin_view(lambda request, id: self.act(request, id, form))

        return [
            path("<int:id>/password/", act(PasswordForm), name="access_user_password"),
            path("<int:id>/leave/", act(LeaveForm), name="access_user_leave"),
            path(
                "<int:id>/reinstate/",
                self.admin_site.admin_view(self.reinstate),
                name="access_user_reinstate",
            ),
            *super().get_urls(),
        ]

    def act(self, request: HttpRequest, id: int, form_class: type[PersonAct]) -> HttpResponse:
        """A page with one form that does something with an account."""
        person = self._person(request, id)
        form = form_class(person, request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            done = form.perform(person)
            self.log_change(request, person, form.title)
            messages.success(request, f"{person}：{form.title}已办理。")
            if isinstance(done, Left) and done.in_hand:
                messages.warning(
                    request, f"手中还有 {len(done.in_hand)} 件，请安排同事继续：{'；'.join(done.in_hand)}"
                )
            return redirect("admin:access_user_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.title}：{person}（{person.username}）",
            "form": form,
            "person": person,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/access/user/act.html", context)

    def reinstate(self, request: HttpRequest, id: int) -> HttpResponse:
        person = self._person(request, id)
        if request.method == "POST":
            reinstate(user=person, by=request.user)
            messages.success(request, f"{person} 的账号已恢复，请重新任职。")
        return redirect("admin:access_user_change", person.pk)

    def _person(self, request: HttpRequest, id: int) -> User:
        person = self.get_object(request, str(id))
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise Http404
        return person


@admin.register(Membership)
class MembershipAdmin(ExcelMixin, Register):
    resource_classes = [MembershipResource]
    form = MembershipForm
    list_display = ("user", "unit", "role", "is_leader", "valid_from", "valid_to")
    list_filter = (ValidNow, "role", "is_leader", "unit__kind")
    list_select_related = ("user", "unit")
    search_fields = ("user__name", "user__username", "unit__name", "unit__short_name")
    autocomplete_fields = ("user", "unit")
    actions = ("end_now",)

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("user", "unit", "role") if obj else ()

    @admin.action(description="立即结束所选任职", permissions=["change"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """All of them, or those that could be ended, each refusal told."""
        yesterday = clock.today() - timedelta(days=1)
        ended = 0
        for membership in queryset.select_related("user", "unit"):
            try:
                end_membership(membership=membership, on=yesterday, by=request.user, reason="管理台立即结束")
                ended += 1
            except DomainError as error:
                messages.error(request, f"{membership}：{error}")
        messages.success(request, f"已结束 {ended} 项任职，权限立即失效。")


@admin.register(Grant)
class GrantAdmin(Register):
    form = GrantForm
    list_display = ("user", "unit", "permission", "until", "reason", "by", "created_at")
    list_filter = ("permission",)
    list_select_related = ("user", "unit", "by")
    search_fields = ("user__name", "user__username", "unit__name", "unit__short_name", "reason")
    autocomplete_fields = ("user", "unit")
    actions = ("revoke",)

    @admin.action(description="立即撤销所选授权", permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        for grant in queryset.select_related("user", "unit"):
            revoke_grant(grant=grant, by=request.user, reason="管理台立即撤销")
        messages.success(request, "所选授权已撤销。")
