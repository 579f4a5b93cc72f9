"""The scores of the demonstration (settings.DEMONSTRATION_PARTS): January to April final, May shown with an objection.

Everything goes through the services, on the days on which it plays. All invented, and the same on every run.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.org.queries import city_office_ids
from chuangmo.periods import month
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from supervision.scores.models import Objection, ScoreRound, ScoreRow, UnitScore
from supervision.scores.services import (
    adjust_score,
    compute_round,
    decide_objection,
    finish_round,
    object_to_score,
    show_round,
)

__all__ = ["tell"]

# Month → (computed and shown, frozen); May is still open.
DAYS = {
    1: (date(2017, 2, 8), date(2017, 2, 20)),
    2: (date(2017, 3, 7), date(2017, 3, 16)),
    3: (date(2017, 4, 10), date(2017, 4, 19)),
    4: (date(2017, 5, 8), date(2017, 5, 17)),
    5: (date(2017, 6, 2), None),
}


def tell(plan: Plan) -> None:
    """Five months, up to the morning of 6 June 2017."""
    office = next(iter(who_may("accept", city_office_ids()).values()), [])
    if not office:
        return
    by = User.objects.get(pk=office[0])
    for number, (shown_on, final_on) in DAYS.items():
        with moment(at(shown_on, 15)):
            one = compute_round(by=by, plan=plan, period=month(plan.year, number))
            if not UnitScore.objects.filter(round=one).exists():
                continue
            if number == 3:
                _bonus(one, by)
            one.refresh_from_db()
            one = show_round(by=by, round_id=one.pk, version=one.version)
        if final_on is None:
            _objection(one, by, None)
            continue
        if number == 4:
            _objection(one, by, date(2017, 5, 11))
        with moment(at(final_on, 10)):
            one.refresh_from_db()
            finish_round(by=by, round_id=one.pk, version=one.version)


def _bonus(one: ScoreRound, by: User) -> None:
    score = UnitScore.objects.filter(round=one, total__isnull=False).order_by("rank", "unit__order").first()
    if score is not None:
        adjust_score(by=by, unit_score_id=score.pk, points=Decimal(1), reason="经验做法在全市推广（演示）")


def _objection(one: ScoreRound, by: User, decided_on: date | None) -> None:
    """The first unit that lost a report and has a reviewer says why; the office upholds half, or hasn't decided."""
    lost = (
        ScoreRow.objects.filter(
            part__unit_score__round=one, part__code="reports", share=0, counts=True, is_current=True
        )
        .select_related("part__unit_score")
        .order_by("part__unit_score__unit__order", "order")
    )
    for row in lost:
        score = row.part.unit_score
        people = who_may("sign_off", [score.unit_id])[score.unit_id]
        if not people:
            continue
        with moment(at(decided_on or date(2017, 6, 5), 9)):
            objection = object_to_score(
                by=User.objects.get(pk=people[0]),
                unit_score_id=score.pk,
                row_id=row.pk,
                text="当日系统不能登录，次日已补报，有截图为证，请核减（演示）",
            )
        if decided_on is not None:
            with moment(at(decided_on, 16)):
                _decide(objection, by)
        return


def _decide(objection: Objection, by: User) -> None:
    decide_objection(
        by=by,
        objection_id=objection.pk,
        upheld=True,
        decision="情况属实，但补报不及时，得一半（演示）",
        share=Decimal("0.5"),
    )
