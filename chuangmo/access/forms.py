"""Forms of the desk for people, memberships and exceptions; each saves through its service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.password_validation import password_validators_help_text_html

from chuangmo import clock
from chuangmo.access.models import Grant, Membership, User
from chuangmo.access.services import (
    Left,
    add_membership,
    change_membership,
    change_person,
    create_person,
    grant_exception,
    leave,
    set_password,
)
from chuangmo.access.services.people import FIELDS
from chuangmo.desk.forms import ServiceForm, add_faults, rehearse

__all__ = ["GrantForm", "LeaveForm", "MembershipForm", "NewPersonForm", "PasswordForm", "PersonForm"]


def _password(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


def _same(form: forms.BaseForm) -> None:
    first, second = form.cleaned_data.get("password"), form.cleaned_data.get("again")
    if first and second and first != second:
        form.add_error("again", "两次输入的密码不一样。")


class NewPersonForm(ServiceForm):
    """A new account with its first password; roles are given afterwards (“任职”)."""

    password = _password("初始密码", password_validators_help_text_html())
    again = _password("再输一遍", "把初始密码告诉本人，请其登录后自行修改。")

    class Meta:
        model = User
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        _same(self)
        return super().clean()

    def perform(self) -> User:
        fields = {name: self.cleaned_data[name] for name in FIELDS}
        return create_person(by=self.by, password=self.cleaned_data["password"], **fields)


class PersonForm(ServiceForm):
    class Meta:
        model = User
        fields = FIELDS

    def perform(self) -> User:
        fields = {name: self.cleaned_data[name] for name in FIELDS}
        return change_person(user=self.stored(), by=self.by, **fields)


class MembershipForm(ServiceForm):
    """Gives a role, or changes the dates of one."""

    reason = forms.CharField(
        label="说明", max_length=200, required=False, help_text="写进审计记录，如“调岗”。"
    )

    class Meta:
        model = Membership
        fields = ("user", "unit", "role", "valid_from", "valid_to", "is_leader")

    def perform(self) -> Membership:
        values = self.cleaned_data
        dates = {name: values[name] for name in ("valid_from", "valid_to", "is_leader")}
        if self.instance.pk is not None:
            return change_membership(membership=self.stored(), by=self.by, reason=values["reason"], **dates)
        return add_membership(
            user=values["user"],
            unit=values["unit"],
            role=values["role"],
            by=self.by,
            reason=values["reason"],
            **dates,
        )


_GRANT = ("user", "unit", "permission", "until", "reason")


class GrantForm(ServiceForm):
    class Meta:
        model = Grant
        fields = _GRANT

    def perform(self) -> Grant:
        return grant_exception(by=self.by, **{name: self.cleaned_data[name] for name in _GRANT})


class PersonAct(forms.Form):
    """Something done with an account: asks its service in a rehearsal, then does it."""

    title = ""
    submit_label = ""
    explanation = ""

    def __init__(self, user: User, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.by = user, by

    def perform(self, user: User) -> Any:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            error = rehearse(lambda: self.perform(User.objects.get(pk=self.user.pk)))
            if error is not None:
                add_faults(self, error)
        return self.cleaned_data


class PasswordForm(PersonAct):
    title = "重设密码"
    submit_label = "重设密码"
    explanation = "本人已打开的页面会退出登录。"
    password = _password("新密码", password_validators_help_text_html())
    again = _password("再输一遍")

    def clean(self) -> dict[str, Any]:
        _same(self)
        return super().clean()

    def perform(self, user: User) -> None:
        set_password(user=user, password=self.cleaned_data["password"], by=self.by)


class LeaveForm(PersonAct):
    title = "离任"
    submit_label = "确认离任"
    explanation = "结束全部任职和临时授权，停用账号，退出登录，立即生效。经手的报表留在单位，由同事继续。"
    on = forms.DateField(
        label="最后任职日", widget=AdminDateWidget, initial=clock.today, help_text="今天或以前的一天。"
    )
    reason = forms.CharField(label="说明", max_length=200, help_text="如“退休”“调离”，写进审计记录。")

    def perform(self, user: User) -> Left:
        return leave(user=user, by=self.by, on=self.cleaned_data["on"], reason=self.cleaned_data["reason"])
