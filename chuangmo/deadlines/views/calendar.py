"""What is due, as a month; and the list of one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chuangmo import clock, periods
from chuangmo.access.queries import Rights, rights_for
from chuangmo.deadlines.queries.chase import KIND_WORDS, state_of, visible
from chuangmo.deadlines.queries.month import DueDay, due_on_day, foreseen, month_grid
from chuangmo.errors import Refused
from chuangmo.org.models import Unit
from chuangmo.periods import Period

PAGE = 50
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
EARLIEST, LATEST = 2000, 2100


class CalendarForm(forms.Form):
    """Which month, of whom, of what."""

    month = forms.CharField(label="月份", required=False, widget=forms.TextInput(attrs={"type": "month"}))
    unit = forms.ModelChoiceField(
        label="单位", queryset=Unit.objects.none(), required=False, empty_label="全部"
    )
    kind = forms.ChoiceField(label="事项", choices=[("", "全部"), *KIND_WORDS.items()], required=False)

    def __init__(self, rights: Rights, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=rights.view)  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: unit.short_name  # type: ignore[attr-defined]

    def clean_month(self) -> Period:
        return month_named(self.cleaned_data["month"])


@dataclass(frozen=True, slots=True)
class Cell:
    """A day with the address of its list."""

    due: DueDay
    url: str
    is_today: bool
    is_chosen: bool


@require_safe
def due_calendar(request: HttpRequest) -> HttpResponse:
    """A month of due days, the current one unless the address names another."""
    rights, at = rights_for(request), clock.today()
    if not rights.view:
        raise Refused("您的角色没有可以查看的期限")
    values = {name: request.GET.get(name, "") for name in ("month", "unit", "kind")}
    shown = month_named(values["month"])
    form = CalendarForm(rights, {**values, "month": shown.code})
    form.is_valid()
    unit, kind = form.cleaned_data.get("unit"), form.cleaned_data.get("kind", "")
    rows = visible(rights).filter(due_on__isnull=False, superseded=False, waived_at__isnull=True)
    rows = rows.filter(unit=unit) if unit else rows
    rows = rows.filter(kind=kind) if kind else rows
    ahead = foreseen(shown.start, shown.end, at, rights.view, unit.pk if unit else None)
    ahead = [one for one in ahead if not kind or one.kind == kind]
    weeks = month_grid(rows, ahead, shown.start.year, shown.start.month, at)
    chosen = _day(request.GET.get("day", ""))
    kept = {name: value for name, value in values.items() if value and name != "month"}
    context = {
        "page_title": "期限日历",
        "filter_form": form,
        "shown": shown,
        "weekdays": WEEKDAYS,
        "weeks": [[_cell(day, shown, kept, chosen, at) for day in week] for week in weeks],
        "total": _sum(weeks),
        "previous_url": _url(shown.previous().code, kept),
        "next_url": _url(shown.next().code, kept),
        "chosen": chosen,
    }
    if chosen is not None:
        page = Paginator(due_on_day(rows, chosen), PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "rows": [
                (row, state_of(row, at), KIND_WORDS.get(row.kind, row.kind)) for row in page.object_list
            ],
            "ahead": [one for one in ahead if one.due_on == chosen],
        }
    return render(request, "deadlines/calendar.html", context)


def month_named(text: str) -> Period:
    """The month of the address; this month for anything else."""
    today = clock.today()
    try:
        found = periods.parse(text)
    except ValueError:
        found = periods.month(today.year, today.month)
    if found.kind != periods.Kind.MONTH or not EARLIEST <= found.start.year <= LATEST:
        found = periods.month(today.year, today.month)
    return found


def _cell(day: DueDay, shown: Period, kept: dict[str, str], chosen: date | None, at: date) -> Cell:
    url = f"{_url(shown.code, kept)}&day={day.day.isoformat()}#day-list" if day.due or day.foreseen else ""
    return Cell(day, url, day.day == at, day.day == chosen)


def _url(month: str, kept: dict[str, str]) -> str:
    return "?" + urlencode({"month": month, **kept})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sum(weeks: Sequence[Sequence[DueDay]]) -> dict[str, int]:
    days = [day for week in weeks for day in week if day.in_month]
    return {name: sum(getattr(day, name) for day in days) for name in ("due", "done", "late", "foreseen")}
