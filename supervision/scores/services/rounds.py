"""From draft to shown to final."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.days import cn_day
from chuangmo.errors import Refused, Stale
from chuangmo.notices.services import NoticeDraft, notify_many
from chuangmo.workcalendar.queries import work_calendar
from supervision.gate import require_office
from supervision.scores.models import Objection, RoundState, ScoreRound, UnitScore
from supervision.scores.services.computing import rescore
from supervision.scores.services.permission import note_round

__all__ = ["finish_round", "show_round", "tell_units"]


@transaction.atomic
def show_round(*, by: User, round_id: int, version: int) -> ScoreRound:
    """Show the draft to the units, each its own; from now on they may object, until the last day of the period."""
    require_office(by, "公示得分")
    one = _found(round_id)
    today = clock.today()
    if one.period_end >= today:
        raise Refused(f"{one.period.label}还没有过完，不能公示")
    if not UnitScore.objects.filter(round=one).exists():
        raise Refused("没有一个单位有得分，请先计算")
    until = work_calendar().add_working_days(today, one.rules["objection_days"])
    done = ScoreRound.objects.filter(pk=one.pk, state=RoundState.DRAFT, version=version).update(
        state=RoundState.SHOWN, shown_on=today, objections_until=until, version=F("version") + 1
    )
    if not done:
        raise Stale("这份得分刚才已经重新计算或公示，请刷新后再看一遍")
    one.refresh_from_db()
    rescore(one)
    note_round(one, by, "公示得分", {"异议截止": ["", until.isoformat()]})
    tell_units(
        one,
        UnitScore.objects.filter(round=one),
        title=f"{one.period.label}效能考评得分公示",
        text=f"本单位{one.period.label}的得分已经算出。如有异议，请在 {cn_day(until)}前提出。",
        action="查看得分",
        key="shown",
    )
    return one


@transaction.atomic
def finish_round(*, by: User, round_id: int, version: int) -> ScoreRound:
    """Freeze it: after the objection period, when every objection is decided."""
    require_office(by, "定稿")
    one = _found(round_id)
    if one.state != RoundState.SHOWN:
        raise Stale("这份得分不在公示中，请刷新")
    if one.objections_until is not None and clock.today() <= one.objections_until:
        day = one.objections_until
        raise Refused(f"异议期到 {cn_day(day)}，过后才能定稿")
    still = Objection.objects.filter(unit_score__round=one, state=Objection.State.OPEN).count()
    if still:
        raise Refused(f"还有 {still} 件异议没有决定")
    done = ScoreRound.objects.filter(pk=one.pk, state=RoundState.SHOWN, version=version).update(
        state=RoundState.FINAL, final_on=clock.today(), final_by=by, version=F("version") + 1
    )
    if not done:
        raise Stale("这份得分刚才有变动，请刷新后再看一遍")
    one.refresh_from_db()
    rescore(one)
    UnitScore.objects.filter(round=one).update(frozen_total=F("total"), frozen_rank=F("rank"))
    note_round(one, by, "得分定稿")
    tell_units(
        one,
        UnitScore.objects.filter(round=one),
        title=f"{one.period.label}效能考评得分定稿",
        text="得分和名次已经定稿，作为年度目标考核的依据。",
        action="查看得分",
        key="final",
    )
    return one


def tell_units(
    one: ScoreRound, scores: Iterable[UnitScore], *, title: str, text: str, action: str, key: str
) -> None:
    """Tell the reporters and reviewers of units about their own score. Constant queries."""
    rows = list(UnitScore.objects.filter(pk__in=[score.pk for score in scores]).select_related("unit"))
    units = [row.unit_id for row in rows]
    reporters, reviewers = who_may("report", units), who_may("sign_off", units)
    plan, period = one.plan.code, one.period.code
    notify_many(
        NoticeDraft(
            user_id=person,
            kind="other",
            title=title,
            text=text,
            action=action,
            url=reverse("scores:unit", args=[plan, period, row.unit_id]),
            subject_kind="unit_score",
            subject_id=row.pk,
            subject_label=f"{row.unit.short_name} {one.period.label}",
            unit_id=row.unit_id,
            due_on=one.objections_until if key == "shown" else None,
            key=f"score-{row.pk}-{key}",
        )
        for row in rows
        for person in sorted({*reporters[row.unit_id], *reviewers[row.unit_id]})
    )


def _found(round_id: int) -> ScoreRound:
    one = ScoreRound.objects.select_related("plan").filter(pk=round_id).first()
    if one is None:
        raise Refused("没有这一期考评")
    return one
