"""Forms of the desk for duties, rules and group members; each saves through its service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget

from chuangmo.desk.fields import DAYS, JSONText
from chuangmo.desk.forms import ServiceForm, add_faults, rehearse
from chuangmo.org.models import GroupMember, Unit, UnitGroup
from indicators.plan.models import Duty, RuleVersion
from indicators.plan.services.duties import (
    DutyChange,
    change_duty,
    empty_group_warning,
    remove_group_member,
    save_group_member,
)
from indicators.plan.services.registers import save_duty
from indicators.plan.services.rules import publish_rule

__all__ = ["ChangeDutyForm", "GroupMemberForm", "GroupMemberFormSet", "NewDutyForm", "RuleForm"]


_DUTY = ("indicator", "role", "unit", "group", "as_written")
_MEMBER = ("group", "unit", "valid_from", "valid_to")


class NewDutyForm(ServiceForm):
    """A duty that is added, from a month on or since ever."""

    from_month = forms.DateField(
        label="自某月起",
        required=False,
        validators=DAYS,
        widget=AdminDateWidget,
        help_text="该月任何一天都行，从当月 1 日起算；空着表示一直如此（只用于补录方案原有的职责）。",
    )
    reason = forms.CharField(label="依据", max_length=200, required=False, help_text="写进审计记录，如文号。")
    warnings: tuple[str, ...] = ()

    class Meta:
        model = Duty
        fields = _DUTY

    def clean(self) -> dict[str, Any]:
        if bool(self.cleaned_data.get("unit")) == bool(self.cleaned_data.get("group")):
            self.add_error("unit", "请填单位或单位组中的一个。")
        return super().clean()

    def perform(self) -> Duty:
        values = self.cleaned_data
        holder = values["unit"] or values["group"]
        if values["from_month"] is None:
            duty = Duty(**{name: values[name] for name in _DUTY})
            save_duty(duty=duty, by=self.by, reason=values["reason"])
            if isinstance(holder, UnitGroup) and not holder.members.exists():
                self.warnings = (empty_group_warning(holder),)
            return duty
        done = change_duty(
            indicator=values["indicator"],
            role=values["role"],
            from_month=values["from_month"],
            starts=holder,
            as_written=values["as_written"],
            reason=values["reason"],
            by=self.by,
        )
        self.warnings = done.warnings
        assert done.started is not None
        return done.started


class ChangeDutyForm(ServiceForm):
    """From a month on somebody else, or nobody, holds this duty; earlier months stay as they were."""

    from_month = forms.DateField(
        label="自某月起变更",
        validators=DAYS,
        widget=AdminDateWidget,
        help_text="该月任何一天都行：原职责到上月末为止，以前各月的报表不受影响。",
    )
    new_unit = forms.ModelChoiceField(
        Unit.objects.all(), label="改由单位", required=False, help_text="空着表示只结束，不接续。"
    )
    new_group = forms.ModelChoiceField(UnitGroup.objects.all(), label="或改由单位组", required=False)
    new_as_written = forms.CharField(label="文件原文", max_length=80, required=False)
    reason = forms.CharField(label="依据", max_length=200, help_text="写进审计记录，如文号。")
    warnings: tuple[str, ...] = ()

    class Meta:
        model = Duty
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new_unit") and self.cleaned_data.get("new_group"):
            self.add_error("new_group", "单位和单位组只填一个。")
        return super().clean()

    def perform(self) -> Duty:
        values = self.cleaned_data
        duty: Duty = self.stored()
        done: DutyChange = change_duty(
            indicator=duty.indicator,
            role=duty.role,
            from_month=values["from_month"],
            ends=duty.unit or duty.group,
            starts=values["new_unit"] or values["new_group"],
            as_written=values["new_as_written"],
            reason=values["reason"],
            by=self.by,
        )
        self.warnings = done.warnings
        return done.started or duty


class PrettyJSON(JSONText):
    """JSON laid out over lines."""

    indent = 2


class RuleForm(ServiceForm):
    """A new version of an indicator's rule; the one before stays readable."""

    body = PrettyJSON(
        label="规则",
        widget=forms.Textarea(attrs={"rows": 24, "cols": 100, "spellcheck": "false"}),
        help_text="JSON。从“指标”或现行版本点“发布新版”进来，会先填好现行规则。发布后重新评定本年度各月。",
    )

    class Meta:
        model = RuleVersion
        fields = ("indicator", "body", "note")

    def perform(self) -> RuleVersion:
        values = self.cleaned_data
        return publish_rule(
            indicator=values["indicator"], body=values["body"], note=values["note"], by=self.by
        )


class GroupMemberForm(ServiceForm):
    class Meta:
        model = GroupMember
        fields = _MEMBER

    def perform(self) -> GroupMember:
        member = self.stored() if self.instance.pk is not None else None
        return save_group_member(
            member=member, by=self.by, **{name: self.cleaned_data[name] for name in _MEMBER}
        )


class GroupMemberFormSet(forms.BaseInlineFormSet):
    """Members within their group's page; `by` is set by the register. Saved by the service, rehearsed before."""

    by: Any = None

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.pk is None:
            return
        error = rehearse(self.perform)
        if error is not None:
            for form in self.forms:
                if form.has_changed():
                    add_faults(form, error)
                    break

    def perform(self) -> None:
        for form in self.deleted_forms:
            if form.instance.pk is not None:
                remove_group_member(member=GroupMember.objects.get(pk=form.instance.pk), by=self.by)
        for form in self.forms:
            if form in self.deleted_forms or not form.has_changed():
                continue
            member = GroupMember.objects.get(pk=form.instance.pk) if form.instance.pk is not None else None
            values = {name: form.cleaned_data[name] for name in ("unit", "valid_from", "valid_to")}
            save_group_member(group=self.instance, member=member, by=self.by, **values)
