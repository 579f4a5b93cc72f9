"""What people type about projects: shape and words only; the services decide."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from projects.works.models import Schedule
from projects.works.rules.schedule import StageInput

__all__ = ["DecisionForm", "ScheduleForm", "TypedStage", "blank_rows", "stages_in", "typed_stages"]

CODE = re.compile(r"[-a-z0-9_]{1,20}\Z")
SEPARATORS = re.compile(r"[\s,，、;；和]+")
BLANK_ROWS = 3


class ScheduleForm(forms.Form):
    """What stands around the table of stages."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    finish_on = forms.DateField(
        label="完成日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="从这一天往回排。",
    )
    person = forms.CharField(label="责任人", max_length=30, required=False, help_text="报批前要填（四定）。")
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    reason = forms.CharField(
        label="理由",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="变更的原因；安排有冲突的，写明怎样赶回。",
    )


class DecisionForm(forms.Form):
    """A word with an approval, the reason of a return."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    decision = forms.CharField(
        label="批复意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@dataclass(frozen=True, slots=True)
class TypedStage:
    """One row of the table as typed; `name_fault` … are what is wrong beside each cell."""

    number: int
    code: str
    name: str = ""
    days: str = ""
    after: str = ""
    name_fault: str = ""
    days_fault: str = ""
    after_fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.days or self.after)


def typed_stages(schedule: Schedule) -> list[TypedStage]:
    """The stored rows as they would be typed, and a few blank ones."""
    stages = list(schedule.stages.all())
    numbers = {stage.code: number for number, stage in enumerate(stages, start=1)}
    rows = [
        TypedStage(
            numbers[stage.code],
            stage.code,
            stage.name,
            str(stage.days),
            "、".join(str(numbers[code]) for code in stage.after),
        )
        for stage in stages
    ]
    return rows + blank_rows(rows)


def blank_rows(rows: list[TypedStage]) -> list[TypedStage]:
    """Rows for new stages, with codes that nobody has."""
    taken = {row.code for row in rows}
    free = [code for code in (f"x{n}" for n in range(1, len(rows) + BLANK_ROWS + 1)) if code not in taken]
    return [TypedStage(len(rows) + place, code) for place, code in enumerate(free[:BLANK_ROWS], start=1)]


def rows_typed(post: QueryDict) -> list[TypedStage]:
    """The rows of the page, in its order, as they were typed; codes that no page gives are left out."""
    codes = [code for code in post.getlist("code") if CODE.match(code)]
    return [
        TypedStage(
            number,
            code,
            post.get(f"name:{code}", "").strip()[:200],
            _plain(post.get(f"days:{code}", "")),
            _plain(post.get(f"after:{code}", "")),
        )
        for number, code in enumerate(dict.fromkeys(codes), start=1)
    ]


def stages_in(rows: list[TypedStage]) -> tuple[list[StageInput], dict[str, str]]:
    """Stages for the service (blank rows left out), and what can't be read, by cell."""
    codes = {row.number: row.code for row in rows if not row.is_blank}
    faults: dict[str, str] = {}
    stages = []
    for row in rows:
        if row.is_blank:
            continue
        if len(row.name) > 30:
            faults[f"name:{row.code}"] = f"阶段名称 {len(row.name)} 字，最多 30 字"
        days: int | None = None
        try:
            days = int(row.days) if row.days else None
        except ValueError:
            faults[f"days:{row.code}"] = f"“{row.days[:20]}”不是整数"
        after = tuple(
            dict.fromkeys(
                codes.get(int(word), "?") if word.isdecimal() and len(word) < 6 else "?"
                for word in SEPARATORS.split(row.after)
                if word
            )
        )
        stages.append(StageInput(row.code, row.name, days, after))
    return stages, faults


def with_faults(rows: list[TypedStage], faults: dict[str, str]) -> list[TypedStage]:
    """The rows again, with what is wrong beside each cell."""
    return [
        TypedStage(
            row.number,
            row.code,
            row.name,
            row.days,
            row.after,
            faults.get(f"name:{row.code}", ""),
            faults.get(f"days:{row.code}", ""),
            faults.get(f"after:{row.code}", ""),
        )
        for row in rows
    ]


def _plain(text: str) -> str:
    """Full-width digits and signs as plain ones, blanks at the ends gone."""
    return unicodedata.normalize("NFKC", text).strip()[:60]
