"""What pages of the archive post: shape and words only; the services judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from archives.holdings.models import Folder, Piece
from archives.holdings.services import Offered
from chuangmo.files.models import MaterialKind
from indicators.plan.models import Indicator, MaterialRequirement, Plan
from indicators.plan.queries import material_providers_of_plan

__all__ = [
    "AlsoForm",
    "AsOfForm",
    "BoxForm",
    "FolderForm",
    "PieceForm",
    "PlaceForm",
    "UploadForm",
    "piece_form",
]

FIRST, LAST = 1900, 2999  # what a year can be at all


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(label="文件", required=False)


class PieceForm(forms.Form):
    """What is said of a piece."""

    edits = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(
        label="题名", max_length=200, help_text="照文件标题写；没有标题的写明单位、年度和内容。"
    )
    kind = forms.ChoiceField(label="资料种类", choices=MaterialKind.choices)
    year = forms.IntegerField(label="证明的年度", min_value=FIRST, max_value=LAST)
    covers_from = forms.IntegerField(
        label="起始年度",
        required=False,
        min_value=FIRST,
        max_value=LAST,
        help_text="一份材料证明几年的才填，如 2014。",
    )
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    issuer = forms.CharField(label="责任者", max_length=80, required=False, help_text="发文或编制的单位。")
    dated_on = forms.DateField(
        label="文件日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    pages = forms.IntegerField(label="页数", required=False, min_value=1, max_value=9999)
    signed_page = forms.IntegerField(
        label="签字盖章页",
        required=False,
        min_value=1,
        max_value=9999,
        help_text="公章或签字在第几页；没有的空着。",
    )
    note = forms.CharField(label="附注", max_length=200, required=False)
    indicator = forms.TypedChoiceField(label="主要证明的指标", coerce=int, help_text="档号按这项指标编。")
    requirements = forms.TypedMultipleChoiceField(
        label="对应的归档要求",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一份材料对应几项的都选上，不用再传。",
    )
    indicators = forms.TypedMultipleChoiceField(
        label="还证明哪些指标",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def offered(self) -> Offered:
        """What is filled in; indicators of the chosen requirements go with them."""
        data = self.cleaned_data
        chosen = MaterialRequirement.objects.filter(pk__in=data["requirements"])
        numbers = [data["indicator"], *data["indicators"], *chosen.values_list("indicator_id", flat=True)]
        return Offered(
            title=data["title"].replace("\x00", ""),
            kind=data["kind"],
            year=data["year"],
            covers_from=data["covers_from"],
            indicator_ids=list(dict.fromkeys(numbers)),
            requirement_ids=data["requirements"],
            document_number=data["document_number"],
            issuer=data["issuer"],
            dated_on=data["dated_on"],
            pages=data["pages"],
            signed_page=data["signed_page"],
            note=data["note"],
        )


def piece_form(piece: Piece, data: Mapping[str, Any] | None = None) -> PieceForm:
    """The form of a piece: as stored, or as it was just sent."""
    others = piece.indicators.exclude(pk=piece.indicator_id).values_list("pk", flat=True)
    initial = {
        "edits": piece.edits,
        "indicator": piece.indicator_id,
        "indicators": [str(pk) for pk in others],
        "requirements": [str(pk) for pk in piece.requirements.values_list("pk", flat=True)],
        **{
            name: getattr(piece, name)
            for name in PieceForm.base_fields
            if name not in ("edits", "indicator", "indicators", "requirements")
        },
    }
    form = PieceForm(data, initial=initial)
    numbers = [(one.pk, str(one)) for one in Indicator.objects.filter(plan=piece.plan).order_by("number")]
    form.fields["indicator"].choices = numbers  # type: ignore[attr-defined]
    form.fields["indicators"].choices = numbers  # type: ignore[attr-defined]
    form.fields["requirements"].choices = requirement_choices(piece.plan, piece.unit_id)  # type: ignore[attr-defined]
    return form


def requirement_choices(plan: Plan, unit_id: int) -> list[tuple[int, str]]:
    """The materials that the unit owes."""
    owed = {pk for pk, units in material_providers_of_plan(plan).items() if unit_id in units}
    rows = MaterialRequirement.objects.filter(pk__in=owed).select_related("indicator")
    return [
        (one.pk, f"{one.indicator.number} {one.name}（{one.kind}）")
        for one in rows.order_by("indicator__number", "order")
    ]


class AlsoForm(forms.Form):
    """One more required material that an accepted piece answers."""

    requirement = forms.TypedChoiceField(label="也用于这项归档要求", coerce=int)

    def __init__(self, piece: Piece, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has = set(piece.requirements.values_list("pk", flat=True))
        found = [row for row in requirement_choices(piece.plan, piece.unit_id) if row[0] not in has]
        self.fields["requirement"].choices = [("", "请选择"), *found]  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Where the original stands."""

    folder = forms.ModelChoiceField(
        label="案卷", queryset=Folder.objects.select_related("box"), required=False, empty_label="没有登记"
    )
    page_from = forms.IntegerField(label="起页", required=False, min_value=1, max_value=9999)
    page_to = forms.IntegerField(label="止页", required=False, min_value=1, max_value=9999)


class BoxForm(forms.Form):
    title = forms.CharField(label="盒题名", max_length=80)
    place = forms.CharField(label="存放位置", max_length=80, required=False, help_text="库房、柜、层。")
    edits = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


class FolderForm(forms.Form):
    title = forms.CharField(label="案卷题名", max_length=80)


class AsOfForm(forms.Form):
    """As it was on the evening of a day; without one, now."""

    as_of = forms.DateField(
        label="看某一天的情况",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
