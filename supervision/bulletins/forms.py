"""What the pages of circulars ask for: shape and words only, the services judge."""

from __future__ import annotations

from typing import Any

from django import forms

from chuangmo.access.models import User
from chuangmo.org.models import Unit
from chuangmo.row_fields import ManyRows
from supervision.bulletins.models import Bulletin, BulletinKind


class KindForm(forms.Form):
    kind = forms.ChoiceField(label="通报种类", choices=BulletinKind.choices)


class BulletinForm(forms.Form):
    """Title, addressee, paragraphs and recipients of a draft."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="标题", max_length=120, required=False)
    addressee = forms.CharField(label="主送", max_length=400, required=False)
    recipients = ManyRows(
        label="发送单位",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "没有这个单位", "invalid_pk_value": "没有这个单位"},
    )

    def __init__(self, bulletin: Bulletin, *args: Any, **kwargs: Any) -> None:
        self.bulletin = bulletin
        kwargs["initial"] = {
            "edit": bulletin.edit,
            "title": bulletin.title,
            "addressee": bulletin.addressee,
            "recipients": list(bulletin.recipients.all()),
        }
        super().__init__(*args, **kwargs)
        units = self.fields["recipients"]
        units.queryset = Unit.objects.exclude(kind__in=["oversight"])  # type: ignore[attr-defined]
        units.label_from_instance = lambda unit: unit.short_name  # type: ignore[attr-defined]
        for block in bulletin.blocks:
            code, name = block["code"], block["title"] or "开头"
            self.fields[f"title:{code}"] = forms.CharField(
                label=f"“{name}”的标题", max_length=60, required=False, initial=block["title"]
            )
            self.fields[f"text:{code}"] = forms.CharField(
                label=f"“{name}”的正文",
                required=False,
                initial=block["text"],
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {
            block["code"]: (data.get(f"title:{block['code']}", ""), data.get(f"text:{block['code']}", ""))
            for block in self.bulletin.blocks
        }


class ProposeForm(forms.Form):
    """Who is to issue it."""

    approver = forms.ChoiceField(
        label="签发人",
        required=False,
        help_text="不能是送签人自己。",
        error_messages={"invalid_choice": "请从名单里选择签发人"},
    )

    def __init__(self, people: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(person.pk), person.get_full_name()) for person in people]
        self.fields["approver"].choices = [("", "请选择"), *named]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 400}),
        error_messages={"required": "请写明理由"},
    )
