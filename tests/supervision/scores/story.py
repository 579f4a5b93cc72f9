"""A month of scores: the cast's county and its neighbour owe reports; their bureau leads the indicator."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone

from chuangmo import clock
from chuangmo.deadlines.models import Obligation
from chuangmo.periods import month
from indicators.assessment.models import Verdict
from indicators.plan.models import RuleVersion
from supervision.scores.models import ScoreRound, UnitScore
from supervision.scores.services import compute_round, finish_round, show_round
from tests.factories import Cast, ObligationFactory

MAY = month(2017, 5)


def load_rules() -> None:
    """The registers as a new installation has them."""
    call_command("loaddata", "common/11-scores.json", verbosity=0)


def owe(unit, due_on: date, done_on: date | None = None, **more) -> Obligation:
    """One report of the unit, due on a day, handed in on another."""
    done_at = timezone.make_aware(datetime.combine(done_on, time(10))) if done_on else None
    label = more.pop("label", f"报表 {due_on:%m-%d}")
    row = ObligationFactory(
        unit=unit, due_on=due_on, subject_label=label, done_on=done_on, done_at=done_at, **more
    )
    Obligation.objects.filter(pk=row.pk).update(subject_url=f"/reports/{row.subject_id}/")
    row.refresh_from_db()
    return row


def judge(cast: Cast, status: str, as_of: date = date(2017, 5, 31)) -> Verdict:
    """A verdict on the cast's indicator, the current one of that month."""
    Verdict.objects.filter(indicator=cast.indicator, as_of=as_of).update(is_current=False)
    rule, _ = RuleVersion.objects.get_or_create(
        indicator=cast.indicator, version=1, defaults={"body": {}, "is_current": True}
    )
    return Verdict.objects.create(
        indicator=cast.indicator,
        as_of=as_of,
        rule=rule,
        status=status,
        headline="92.1%",
        threshold="≥85%",
        result={},
        inputs_digest="0" * 64,
        computed_at=timezone.now(),
    )


def make_may(cast: Cast) -> ScoreRound:
    """A draft: the county handed in one of two in time, the other county both, the indicator is met."""
    load_rules()
    owe(cast.county, date(2017, 5, 5), date(2017, 5, 5), label="甲")
    owe(cast.county, date(2017, 5, 8), date(2017, 5, 10), label="乙")
    owe(cast.other_county, date(2017, 5, 5), date(2017, 5, 4), label="甲")
    owe(cast.other_county, date(2017, 5, 8), date(2017, 5, 8), label="乙")
    judge(cast, "met")
    return compute_round(by=cast.office, plan=cast.plan, period=MAY)


def shown(cast: Cast, one: ScoreRound) -> ScoreRound:
    return show_round(by=cast.office, round_id=one.pk, version=one.version)


def final(cast: Cast, one: ScoreRound) -> ScoreRound:
    """Frozen a fortnight later."""
    one.refresh_from_db()
    with clock.at(date(2017, 6, 20)):
        return finish_round(by=cast.office, round_id=one.pk, version=one.version)


def score_of(one: ScoreRound, unit) -> UnitScore:
    return UnitScore.objects.select_related("round__plan", "unit").get(round=one, unit=unit)


def totals(one: ScoreRound) -> dict[str, tuple[Decimal | None, int | None]]:
    rows = UnitScore.objects.filter(round=one).select_related("unit")
    return {row.unit.short_name: (row.total, row.rank) for row in rows}
