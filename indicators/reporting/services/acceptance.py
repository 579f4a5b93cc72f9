"""What acceptance makes of a frozen revision: figures and answers, the only things that feed verdicts.

Source: design.md, “The way of a figure”; domain.md §3 (a year's figure may not overlap accepted months).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo.access.models import User
from chuangmo.errors import Invalid, Stale
from chuangmo.period_fields import period_columns
from chuangmo.periods import Period
from indicators.plan.models import ChecklistItem, DataElement, Site
from indicators.reporting.models import AcceptedAnswer, Answer, ChecklistAnswer, Figure, Report

# Answers that leave something to count or to leave out; the others leave nothing, not even a zero.
_KEPT = (Answer.VALUE, Answer.NONE, Answer.NOT_APPLICABLE)
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Written:
    """How many figures and answers an acceptance added and set aside."""

    added: int
    superseded: int


def write_figures(*, report: Report, content: Mapping[str, Any], revision_no: int, by: User) -> Written:
    """Make the revision's figures and answers the current ones, inside the caller's transaction.

    A figure that says the same as the current one stays with its own source; one that differs supersedes it; “not
    yet” leaves none. Raises Invalid by cell where an accepted figure of another length covers the same days, Stale
    where somebody else accepted the same figure meanwhile. Verdicts that read any of it are marked.
    """
    now = timezone.now()
    figures = _write_values(report, content.get("values", ()), revision_no, by, now)
    answers = _write_answers(report, content.get("answers", ()), revision_no, now)
    tell_figures_changed(report=report)
    return Written(figures.added + answers.added, figures.superseded + answers.superseded)


def tell_figures_changed(*, report: Report) -> None:
    """Tell the floors above that the report's figures, or their standing (更正中), changed; in its transaction."""
    codes = frozenset(report.values.values_list("element__code", flat=True))
    for path in settings.FIGURES_CHANGED:
        import_string(path)(
            element_codes=codes, indicator_ids=frozenset({report.indicator_id}), from_day=report.period_end
        )


# Figures -----------------------------------------------------------------------------------------------


def _write_values(
    report: Report, values: Iterable[Mapping[str, Any]], revision_no: int, by: User, now: datetime
) -> Written:
    values = list(values)
    elements = dict(
        DataElement.objects.filter(code__in={one["element"] for one in values}).values_list("code", "pk")
    )
    sites = dict(Site.objects.filter(code__in={one["site"] for one in values}).values_list("code", "pk"))
    said = {(elements[one["element"]], sites[one["site"]]): one for one in values}
    standing = list(
        Figure.objects.current().filter(
            Q(period_start__lte=report.period_end, period_end__gte=report.period_start),
            unit=report.unit_id,
            element__in=elements.values(),
        )
    )
    current = {
        (one.element_id, one.site_id): one
        for one in standing
        if one.period_kind == report.period_kind and one.period_start == report.period_start
    }
    fresh = {
        key: _figure(report, key, one, revision_no, by, now)
        for key, one in said.items()
        if one["answer"] in _KEPT
    }
    _refuse_overlaps(report, said, fresh, standing)
    unchanged = {key for key, one in fresh.items() if key in current and _same_figure(current[key], one)}
    gone = [one.pk for key, one in current.items() if key in said and key not in unchanged]
    _supersede(Figure, gone, now)
    added = Figure.objects.bulk_create(one for key, one in fresh.items() if key not in unchanged)
    return Written(len(added), len(gone))


def _figure(
    report: Report, key: _Key, said: Mapping[str, Any], revision_no: int, by: User, now: datetime
) -> Figure:
    not_applicable = said["answer"] == Answer.NOT_APPLICABLE
    return Figure(
        **period_columns(report.period),
        element_id=key[0],
        site_id=key[1],
        unit_id=report.unit_id,
        answer=said["answer"],
        value=None if not_applicable else Decimal(said["value"]),
        reason=said.get("reason" if not_applicable else "explanation") or "",
        report=report,
        revision_no=revision_no,
        accepted_by=by,
        accepted_at=now,
    )


def _same_figure(before: Figure, after: Figure) -> bool:
    return (before.answer, before.value, before.reason) == (after.answer, after.value, after.reason)


def _refuse_overlaps(
    report: Report,
    said: Mapping[_Key, Mapping[str, Any]],
    fresh: Mapping[_Key, Figure],
    standing: list[Figure],
) -> None:
    """A year beside its own months would count them twice, whichever came first."""
    faults: dict[str, str] = {}
    for one in standing:
        key = (one.element_id, one.site_id)
        if one.period_kind != report.period_kind and key in fresh:
            name = said[key]["name"]
            faults[said[key]["cell"]] = (
                f"“{name}”已有审定的{one.period.label}数据，与{report.period.label}重叠，会重复计算；请先更正其中之一"
            )
    if faults:
        raise Invalid(faults)


# Answers -----------------------------------------------------------------------------------------------


def _write_answers(
    report: Report, answers: Iterable[Mapping[str, Any]], revision_no: int, now: datetime
) -> Written:
    answers = list(answers)
    items = dict(
        ChecklistItem.objects.filter(code__in={one["item"] for one in answers}).values_list("code", "pk")
    )
    said = {items[one["item"]]: one for one in answers}
    period: Period = report.period
    current = {
        one.item_id: one
        for one in AcceptedAnswer.objects.filter(
            superseded_at__isnull=True,
            unit=report.unit_id,
            item__in=items.values(),
            period_kind=period.kind,
            period_start=period.start,
        )
    }
    fresh = {
        item: AcceptedAnswer(
            **period_columns(period),
            item_id=item,
            unit_id=report.unit_id,
            answer=one["answer"],
            note=one.get("note") or "",
            report=report,
            revision_no=revision_no,
            accepted_at=now,
        )
        for item, one in said.items()
        if one["answer"] != ChecklistAnswer.Choice.BLANK
    }
    unchanged = {
        item
        for item, one in fresh.items()
        if item in current and (current[item].answer, current[item].note) == (one.answer, one.note)
    }
    gone = [one.pk for item, one in current.items() if item in said and item not in unchanged]
    _supersede(AcceptedAnswer, gone, now)
    added = AcceptedAnswer.objects.bulk_create(one for item, one in fresh.items() if item not in unchanged)
    return Written(len(added), len(gone))


def _supersede(model: type[Figure] | type[AcceptedAnswer], ids: list[int], now: datetime) -> None:
    if not ids:
        return
    changed = model._default_manager.filter(pk__in=ids, superseded_at__isnull=True).update(superseded_at=now)
    if changed != len(ids):
        raise Stale("同一数据刚才已在另一份报表中审定，请刷新")
