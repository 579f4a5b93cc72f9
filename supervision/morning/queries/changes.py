"""Which verdicts, lights and scores are not what they were at the last look, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from indicators.assessment.models import Verdict
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project
from projects.works.rules.light import Standing
from projects.works.signs import LIGHTS
from supervision.morning.queries.looks import Since
from supervision.scores.models import Correction, Objection, RoundState, ScoreRound
from supervision.scores.parts.projects import lights_at

__all__ = ["LightChange", "ScoreNews", "VerdictChange", "light_changes", "score_news", "verdict_changes"]


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """An indicator's newest verdict against what was known then; `before` is empty where nothing was."""

    indicator: Indicator
    as_of: date
    before: str
    now: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class LightChange:
    """A project's light then and now: (status, word) each."""

    project: Project
    before: tuple[str, str]
    now: tuple[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class ScoreNews:
    """Something that happened to scores."""

    label: str
    why: str
    url: str


def verdict_changes(plan: Plan, since: Since) -> list[VerdictChange]:
    """Verdicts reached since then whose status differs from what counted before: the same month's, else that of the month
    end before it. By number. Two queries."""
    fresh = (
        _light(Verdict.objects.filter(indicator__plan=plan, is_current=True, computed_at__gt=since.at))
        .select_related("indicator")
        .order_by("indicator__number", "as_of")
    )
    newest = {verdict.indicator_id: verdict for verdict in fresh}
    known = _light(Verdict.objects.filter(indicator__in=newest, computed_at__lte=since.at))
    earlier: dict[int, dict[date, Verdict]] = {}
    for verdict in known.order_by("computed_at", "pk"):
        earlier.setdefault(verdict.indicator_id, {})[verdict.as_of] = verdict
    found = []
    for verdict in newest.values():
        before = _counted(earlier.get(verdict.indicator_id, {}), verdict.as_of)
        if before is not None and before.status == verdict.status:
            continue
        number = verdict.indicator.number
        found.append(
            VerdictChange(
                verdict.indicator,
                verdict.as_of,
                before.status if before else "",
                verdict.status,
                "，".join(filter(None, [verdict.headline, verdict.remark])),
                reverse("assessment:indicator-show", args=[plan.code, number])
                + f"?month={verdict.as_of:%Y-%m}",
            )
        )
    return sorted(found, key=lambda one: one.indicator.number)


def _light(rows: QuerySet[Verdict]) -> QuerySet[Verdict]:
    """Without the derivations, which are long."""
    return rows.defer("result", "card")


def _counted(known: dict[date, Verdict], as_of: date) -> Verdict | None:
    month_before = as_of.replace(day=1) - timedelta(days=1)
    return known.get(as_of) or known.get(month_before)


def light_changes(plan: Plan, since: Since, today: date) -> list[LightChange]:
    """Projects whose light is another one than on the day of the last look, in the plan's order. Ten queries."""
    projects = list(
        Project.objects.filter(plan=plan, owner__isnull=False, parts__isnull=True)
        .select_related("plan", "owner")
        .order_by("order", "pk")
    )
    now = lights_at(projects, today, decided_by=timezone.now())
    then = lights_at(projects, since.on, known_at=since.at)
    return [
        LightChange(
            project,
            LIGHTS[then[project.pk].light],
            LIGHTS[now[project.pk].light],
            _why(now[project.pk]),
        )
        for project in projects
        if then[project.pk].light != now[project.pk].light
    ]


def _why(stands: Standing) -> str:
    if stands.why:
        return "；".join(stands.why)
    if stands.real is not None and stands.as_of is not None:
        return f"{stands.as_of.month} 月进度已审定，完成 {stands.real:.0f}%"
    return "工期有变"


def score_news(plan: Plan, since: Since) -> list[ScoreNews]:
    """Rounds shown or made final, objections decided, corrections confirmed. Four queries."""
    rounds = ScoreRound.objects.filter(plan=plan).select_related("plan")
    news = [
        ScoreNews(
            f"{one.period.label}得分公示", f"异议期到 {one.objections_until:%m-%d}", one.get_absolute_url()
        )
        for one in rounds.filter(state=RoundState.SHOWN, shown_on__gte=since.on)
    ]
    news += [
        ScoreNews(f"{one.period.label}得分定稿", "", one.get_absolute_url())
        for one in rounds.filter(state=RoundState.FINAL, final_on__gte=since.on)
    ]
    decided = Objection.objects.filter(decided_at__gt=since.at, unit_score__round__plan=plan)
    confirmed = Correction.objects.filter(
        decided_at__gt=since.at, state=Correction.State.CONFIRMED, unit_score__round__plan=plan
    )
    return news + _changed(decided, "异议") + _changed(confirmed, "更正")


def _changed(rows: Iterable[Objection | Correction], word: str) -> list[ScoreNews]:
    found = []
    for row in rows.select_related("unit_score__unit", "unit_score__round__plan"):  # type: ignore[attr-defined]
        score = row.unit_score
        why = row.decision if isinstance(row, Objection) else row.why
        moved = f"{_text(row.old_total)} → {_text(row.new_total)}，" if row.old_total != row.new_total else ""
        label = f"{score.unit.short_name}{score.round.period.label}得分{word}：{row.get_state_display()}"
        found.append(ScoreNews(label, f"{moved}{why}", score.get_absolute_url()))
    return found


def _text(total: object) -> str:
    return "—" if total is None else f"{float(str(total)):.2f}"
