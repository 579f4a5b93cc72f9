"""What the wall of 26 shows for one month end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.module_loading import import_string

from chuangmo.prepared import Prepared
from chuangmo.review.models import IN_REVIEW, State
from indicators.assessment.models import Status, Verdict
from indicators.assessment.queries.changes import Change, LateUnit, changed, late_reports, month_end_before
from indicators.plan.models import Category, Indicator, Plan
from indicators.reporting.models import Report

NOTE_LENGTH = 36


@dataclass(frozen=True)
class Card:
    """One indicator on the wall; `verdict` is None before it was first assessed."""

    indicator: Indicator
    verdict: Verdict | None
    ahead: str = ""

    @property
    def status(self) -> str:
        return self.verdict.status if self.verdict else Status.NONE

    @property
    def line(self) -> list[float | None]:
        """Values of the small line, oldest first; None is a gap."""
        return [None if value is None else float(value) for value in self._card.get("series", [])]

    @property
    def has_line(self) -> bool:
        """A line needs two values."""
        return sum(value is not None for value in self._card.get("series", [])) >= 2

    @property
    def missing_words(self) -> str:
        """水城县未报 · 水城县、盘县等 5 个单位未报 · empty when nobody is missing."""
        units = self._card.get("missing_units", [])
        if not units:
            return ""
        if len(units) <= 2:
            return f"{'、'.join(units)}未报"
        return f"{'、'.join(units[:2])}等 {len(units)} 个单位未报"

    @property
    def note(self) -> str:
        """Who is missing, else the remark's first clauses: a number is never cut in two."""
        if self.missing_words or self.verdict is None:
            return self.missing_words
        return _first_clauses(self.verdict.remark, NOTE_LENGTH)

    @property
    def is_worrying(self) -> bool:
        """Whether the note tells of something to be done."""
        return self.status not in (Status.MET, Status.NONE)

    @property
    def _card(self) -> dict[str, Any]:
        return self.verdict.card if self.verdict else {}


@dataclass(frozen=True)
class Wall:
    """Cards under their categories, how many stand where, the month's reports, what changed and who is late."""

    groups: Sequence[tuple[Category, Sequence[Card]]]
    counts: Sequence[tuple[str, int]]
    reports: ReportCounts
    changes: Sequence[Change]
    late_units: Sequence[LateUnit]


@dataclass(frozen=True)
class ReportCounts:
    """Reports owed for periods that end in one month."""

    owed: int
    accepted: int
    in_review: int
    late: int


def wall(plan: Plan, as_of: date, today: date) -> Wall:
    """The wall at a month end; `today` decides only which of the month's reports count as late."""
    indicators: list[Indicator] = _INDICATORS.objects(plan=plan.pk)
    ids = frozenset(one.pk for one in indicators)
    verdicts = {verdict.indicator_id: verdict for verdict in _VERDICTS.objects(indicators=ids, as_of=as_of)}
    before = _STATUSES.objects(indicators=ids, as_of=month_end_before(as_of))
    late = late_reports(plan, today, as_of)
    ahead = _ahead(ids, as_of)
    groups: dict[int, tuple[Category, list[Card]]] = {}
    statuses: Counter[str] = Counter()
    for indicator in indicators:
        card = Card(
            indicator, verdicts.get(indicator.pk), _first_clauses(ahead.get(indicator.pk, ""), NOTE_LENGTH)
        )
        if card.verdict is not None:
            card.verdict.indicator = indicator
        groups.setdefault(indicator.category_id, (indicator.category, []))[1].append(card)
        statuses[card.status] += 1
    ordered = sorted(groups.values(), key=lambda group: group[0].order)
    return Wall(
        groups=ordered,
        counts=[(status, statuses[status]) for status in Status.values],
        reports=_report_counts(plan, as_of, late.in_month),
        late_units=late.units,
        changes=changed(before, [verdicts[one.pk] for one in indicators if one.pk in verdicts]),
    )


def _current(indicators: frozenset[int], as_of: date) -> QuerySet[Verdict]:
    return Verdict.objects.filter(indicator__in=indicators, is_current=True, as_of=as_of).order_by()


_INDICATORS = Prepared(
    lambda plan: Indicator.objects.filter(plan=plan).select_related("category").order_by("number"), plan=int
)
_VERDICTS = Prepared(
    lambda indicators, as_of: _current(indicators, as_of).defer("result", "inputs_digest"),
    indicators=frozenset,
    as_of=date,
)
_STATUSES = Prepared(
    lambda indicators, as_of: _current(indicators, as_of).only("indicator", "status"),
    indicators=frozenset,
    as_of=date,
)


def _ahead(indicator_ids: frozenset[int], as_of: date) -> dict[int, str]:
    """What upper parts say in one line about the rest of the year (settings.WALL_NOTES)."""
    notes: dict[int, str] = {}
    for path in settings.WALL_NOTES:
        notes |= import_string(path)(indicator_ids, as_of)
    return notes


def _first_clauses(text: str, length: int) -> str:
    """As many whole clauses as fit; the first one always."""
    if len(text) <= length:
        return text
    clauses = re.findall(r"[^，；。]+[，；。]?", text)
    kept = clauses[0]
    for clause in clauses[1:]:
        if len(kept) + len(clause) > length:
            break
        kept += clause
    return kept.rstrip("，；。") + " …"


def _report_counts(plan: Plan, month_end: date, late: int) -> ReportCounts:
    """Count the reports of periods that end with the month; how many are late is known."""
    by_state: Counter[str] = Counter(dict(_BY_STATE.rows(plan=plan.pk, month_end=month_end)))
    return ReportCounts(
        owed=by_state.total(),
        accepted=by_state[State.ACCEPTED],
        in_review=sum(by_state[state] for state in IN_REVIEW),
        late=late,
    )


def _by_state(plan: int, month_end: date) -> QuerySet[Any, Any]:
    reports = Report.objects.filter(
        indicator__in=Indicator.objects.filter(plan=plan).values("pk"), period_end=month_end
    )
    return reports.order_by().values_list("case__state").annotate(count=Count("pk"))


_BY_STATE = Prepared(_by_state, plan=int, month_end=date)
