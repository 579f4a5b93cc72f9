"""Filters of one's notices, one's settings, and the desk's forms."""

from __future__ import annotations

from typing import Any

from django import forms

from chuangmo.access.models import User
from chuangmo.desk.forms import ServiceForm, add_faults, rehearse
from chuangmo.notices.models import Channel, ChannelKind, NoticeTemplate, Preference
from chuangmo.notices.queries import OPEN, SEEN
from chuangmo.notices.services.wishes import save_channel, save_preference

__all__ = ["ChannelForm", "NoticeFilter", "PreferenceForm", "TemplateForm"]

FIELDS = ("mail", "robots", "digest_at", "quiet_from", "quiet_to", "muted_until")


class NoticeFilter(forms.Form):
    """Which notices: by kind, unseen or seen. Nonsense in the address filters nothing."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), (OPEN, "未看"), (SEEN, "已看、已了结")]
    )
    kind = forms.ChoiceField(label="种类", required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *kinds]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        return self.cleaned_data if self.is_valid() else {}


class PreferenceForm(forms.ModelForm):
    """One's own settings. Times as HH:MM."""

    class Meta:
        model = Preference
        fields = FIELDS
        widgets = {
            "digest_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "muted_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            error = rehearse(lambda: self._store(cleaned))
            if error is not None:
                add_faults(self, error)
        return cleaned

    def _post_clean(self) -> None:
        """The row is checked by the service; asking it twice would say everything twice."""

    def perform(self) -> Preference:
        return self._store(self.cleaned_data)

    def _store(self, values: dict[str, Any]) -> Preference:
        return save_preference(by=self.by, **{name: values[name] for name in FIELDS})


class TemplateForm(forms.ModelForm):
    """Words of an occasion; the known variables stand beside the text."""

    class Meta:
        model = NoticeTemplate
        fields = ("title", "text", "action")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "text" in self.fields:
            self.fields["text"].help_text = f"可用的变量：{self.instance.known_variables}。"


class ChannelForm(ServiceForm):
    """A channel. Address and secret are never shown again: blank keeps what is stored."""

    address = forms.CharField(
        label="机器人地址",
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 80}),
        help_text="在群里添加机器人时得到的 Webhook 地址。等同密码，保存后不再显示；空着表示不改。",
    )
    secret = forms.CharField(
        label="加签密钥",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="只有钉钉、飞书启用“加签”时填；空着表示不改，要去掉请填“无”。",
    )

    class Meta:
        model = Channel
        fields = ("kind", "name", "unit", "address", "secret", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("address", "secret"):
            self.initial[name] = ""

    def _post_clean(self) -> None:
        """The row itself is checked by the service: what the form leaves blank is not blank in the row."""

    def perform(self) -> Channel:
        values = self.cleaned_data
        row = self.stored() if self.instance.pk else Channel()
        for name in ("kind", "name", "unit", "is_active"):
            if name in values:
                setattr(row, name, values[name])
        row.address = values["address"].strip() or row.address
        secret = values["secret"].strip()
        row.secret = "" if secret == "无" else secret or row.secret
        if row.kind == ChannelKind.MAIL:
            row.unit = None
        return save_channel(channel=row, by=self.by)
