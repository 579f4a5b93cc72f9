"""What is typed on the pages of snapshots, texts and dossiers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from archives.dossiers.models import Dossier
from archives.dossiers.services.reading import readers_of
from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.periods import periods_between
from indicators.plan.models import Plan

__all__ = ["ReaderForm", "SnapshotForm", "TextForm"]


class SnapshotForm(forms.Form):
    """A new snapshot."""

    title = forms.CharField(label="名称", max_length=60, help_text="如“5 月底初稿”“报省预评估稿”。")
    as_of = forms.ChoiceField(label="数据截至", help_text="评定到哪个月底。")

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [
            one
            for one in periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31))
            if one.end < clock.today()
        ]
        self.fields["as_of"].choices = [  # type: ignore[attr-defined]
            (one.end.isoformat(), f"{one.label}底") for one in reversed(months)
        ]

    def clean_as_of(self) -> date:
        return date.fromisoformat(self.cleaned_data["as_of"])


class TextForm(forms.Form):
    """One of the office's texts as typed, with the version that the page showed."""

    text = forms.CharField(
        label="内容",
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReaderForm(forms.Form):
    """Somebody who shall read a dossier: people with any role who do not see it anyway."""

    person = forms.ModelChoiceField(User.objects.none(), label="人员", empty_label="请选择")

    def __init__(self, dossier: Dossier, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.valid(clock.today())
        by_role = members.filter(role__in=(Role.OFFICE, Role.OBSERVER, Role.ADMIN)).values("user")
        people = User.objects.filter(is_active=True, pk__in=members.values("user")).exclude(pk__in=by_role)
        field = self.fields["person"]
        field.queryset = people.exclude(pk__in=[one.pk for one in readers_of(dossier)])  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: f"{user.name}（{user.username}）"  # type: ignore[attr-defined]
