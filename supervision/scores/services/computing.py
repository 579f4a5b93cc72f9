"""Computing a round: the rows of each part are asked for and stored, points and ranks follow from what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.errors import Refused
from chuangmo.org.models import Unit, valid_at
from chuangmo.period_fields import period_columns
from chuangmo.periods import Kind, Period
from indicators.plan.models import Plan
from supervision.gate import require_office
from supervision.scores.models import (
    Adjustment,
    PartScore,
    RankGroup,
    RoundState,
    ScorePart,
    ScoreRound,
    ScoreRow,
    ScoreRules,
    UnitScore,
)
from supervision.scores.queries.shares import held_shares, shares_as_json
from supervision.scores.queries.year import MONTHS_PART, month_rows
from supervision.scores.rules.parts import PartResult, Row
from supervision.scores.rules.scoring import PartSpec, UnitPoints, score_unit, shared_ranks, stored_share
from supervision.scores.services.permission import note_round

__all__ = ["LABEL", "asked_results", "compute_round", "new_row", "rescore", "scored", "specs_of"]

_AT_ONCE = 500
LABEL, NOTE = 300, 400


@transaction.atomic
def compute_round(*, by: User, plan: Plan, period: Period) -> ScoreRound:
    """Compute the draft of a month or year, or compute it anew; bonus and malus stay. The office."""
    require_office(by, "计算得分")
    if period.kind not in (Kind.MONTH, Kind.YEAR):
        raise Refused("只按月和按年考评")
    if period.start > clock.today():
        raise Refused(f"{period.label}还没有开始，不能计算")
    one = _draft(plan, period, by)
    results = asked_results(one, [unit.pk for unit in _units(period)])
    UnitScore.objects.filter(round=one).delete()
    _store(one, results)
    rescore(one)
    note_round(one, by, "计算得分")
    return one


def _draft(plan: Plan, period: Period, by: User) -> ScoreRound:
    """The round's row with the parts and rules of now; Refused once it was shown."""
    rules = ScoreRules.current()
    content = {
        "parts": _parts(period),
        "rules": {
            "places": rules.places,
            "bonus_limit": str(rules.bonus_limit),
            "objection_days": rules.objection_days,
            "year_method": rules.year_method,
            "year_min_months": rules.year_min_months,
            "shares": shares_as_json(),
            "groups": {row.kind: row.name for row in RankGroup.objects.filter(is_scored=True)},
        },
        "computed_at": timezone.now(),
        "computed_by": by,
    }
    one, made = ScoreRound.objects.get_or_create(plan=plan, **period_columns(period), defaults=content)
    if not made:
        done = ScoreRound.objects.filter(pk=one.pk, state=RoundState.DRAFT).update(
            version=F("version") + 1, **content
        )
        if not done:
            raise Refused(f"{period.label}的得分已经公示，不能重新计算")
        one.refresh_from_db()
    return one


def _parts(period: Period) -> list[dict[str, str]]:
    if period.kind == Kind.YEAR:
        return [{"code": MONTHS_PART, "name": "各月得分", "weight": "100", "source": ""}]
    # A part whose program isn't installed has no rows for anybody: its weight is spread like any other.
    found = list(ScorePart.objects.filter(is_active=True))
    if not found:
        raise Refused("还没有启用的考核部分，请管理员在“考核部分”里设置")
    return [
        {"code": part.code, "name": part.name, "weight": str(part.weight), "source": part.source}
        for part in found
    ]


def _units(period: Period) -> list[Unit]:
    """Units that existed in the period and whose kind takes part."""
    kinds = RankGroup.objects.filter(is_scored=True).values("kind")
    lived = valid_at(period.start) | valid_at(period.end)
    return list(Unit.objects.filter(lived, kind__in=kinds).order_by("order", "pk"))


def asked_results(one: ScoreRound, unit_ids: Sequence[int]) -> dict[str, dict[int, PartResult]]:
    """What the parts of the round say now, by part and unit, judged by the round's own rules."""
    period = one.period
    if one.is_year:
        return {MONTHS_PART: month_rows(one, unit_ids)}
    with held_shares(one.rules["shares"]):
        return {
            part["code"]: import_string(part["source"])(unit_ids, period.start, period.end)
            for part in one.parts
            if part["source"] in settings.SCORE_PARTS
        }


def _store(one: ScoreRound, results: Mapping[str, Mapping[int, PartResult]]) -> None:
    """Rows for every unit that has a duty in any part."""
    units = Unit.objects.in_bulk(
        {pk for found in results.values() for pk, result in found.items() if result.rows}
    )
    groups = one.rules["groups"]
    scores = UnitScore.objects.bulk_create(
        [
            UnitScore(round=one, unit=unit, group=groups.get(unit.kind, unit.get_kind_display()))
            for unit in sorted(units.values(), key=lambda unit: (unit.order, unit.pk))
        ]
    )
    parts = PartScore.objects.bulk_create(
        [
            PartScore(unit_score=score, code=part["code"], weight=Decimal(part["weight"]))
            for score in scores
            for part in one.parts
        ]
    )
    rows = []
    for part in parts:
        result = results.get(part.code, {}).get(part.unit_score.unit_id)
        rows += [new_row(part, row, order) for order, row in enumerate(result.rows if result else ())]
    ScoreRow.objects.bulk_create(rows, batch_size=_AT_ONCE)


def new_row(part: PartScore, row: Row, order: int, **more: str) -> ScoreRow:
    """A row as it is kept; the share with six places, by which it counts."""
    return ScoreRow(
        part=part,
        label=row.label[:LABEL],
        url=row.url[:LABEL],
        share=stored_share(row.share),
        counts=row.counts,
        note=row.note[:NOTE],
        order=order,
        **more,
    )


# From stored rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """A unit's score with what follows from the rows."""

    unit: UnitScore
    parts: list[PartScore]
    points: UnitPoints


def specs_of(one: ScoreRound) -> list[PartSpec]:
    return [PartSpec(part["code"], part["name"], Decimal(part["weight"])) for part in one.parts]


def scored(one: ScoreRound) -> list[Scored]:
    """Every unit's points from the stored rows. Four queries."""
    shares: dict[int, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    rows = ScoreRow.objects.filter(part__unit_score__round=one, is_current=True, counts=True).order_by()
    for unit_score, code, share in rows.values_list("part__unit_score", "part__code", "share"):
        shares[unit_score][code].append(share)
    amounts: dict[int, list[Decimal]] = defaultdict(list)
    standing = Adjustment.objects.filter(round=one, withdrawn_at__isnull=True)
    for unit_id, points in standing.values_list("unit_id", "points"):
        amounts[unit_id].append(points)
    parts: dict[int, list[PartScore]] = defaultdict(list)
    for part in PartScore.objects.filter(unit_score__round=one):
        parts[part.unit_score_id].append(part)
    specs, rules = specs_of(one), one.rules
    return [
        Scored(
            unit,
            parts[unit.pk],
            score_unit(
                specs,
                shares[unit.pk],
                amounts=amounts[unit.unit_id],
                limit=Decimal(rules["bonus_limit"]),
                places=rules["places"],
            ),
        )
        for unit in UnitScore.objects.filter(round=one).select_related("unit")
    ]


def rescore(one: ScoreRound) -> list[UnitScore]:
    """Write points, totals and ranks as the stored rows have them. A constant number of queries."""
    found = scored(one)
    previous = _previous(one)
    for each in found:
        each.unit.base, each.unit.bonus = each.points.base, each.points.bonus
        each.unit.total = _enough(one, each)
        each.unit.previous_total = previous.get(each.unit.unit_id)
        for part, points in zip(each.parts, each.points.parts, strict=True):
            part.effective, part.points = points.effective, points.points
            part.won, part.counted = points.won, points.counted
    units = [each.unit for each in found]
    _rank(units)
    UnitScore.objects.bulk_update(
        units, ["base", "bonus", "total", "rank", "previous_total"], batch_size=_AT_ONCE
    )
    PartScore.objects.bulk_update(
        [part for each in found for part in each.parts],
        ["effective", "points", "won", "counted"],
        batch_size=_AT_ONCE,
    )
    return units


def _enough(one: ScoreRound, each: Scored) -> Decimal | None:
    """The total; none for a year of too few final months."""
    if one.is_year and sum(part.counted for part in each.points.parts) < _least_months(one):
        return None
    return each.points.total


def _least_months(one: ScoreRound) -> int:
    least: int = one.rules["year_min_months"]
    return least - 1 if one.rules["year_method"] == "drop_lowest" and least > 1 else least


def _rank(units: Iterable[UnitScore]) -> None:
    groups: dict[str, dict[int, UnitScore]] = defaultdict(dict)
    for unit in units:
        groups[unit.group][unit.pk] = unit
    for members in groups.values():
        ranks = shared_ranks({pk: unit.total for pk, unit in members.items() if unit.total is not None})
        for pk, unit in members.items():
            unit.rank = ranks.get(pk)


def _previous(one: ScoreRound) -> dict[int, Decimal]:
    """Totals of the period before, by unit, where it was shown. One query."""
    rows = UnitScore.objects.filter(
        round__plan=one.plan_id,
        round__state__in=[RoundState.SHOWN, RoundState.FINAL],
        total__isnull=False,
        **{f"round__{name}": value for name, value in period_columns(one.period.previous()).items()},
    )
    return {unit_id: total for unit_id, total in rows.values_list("unit_id", "total") if total is not None}
