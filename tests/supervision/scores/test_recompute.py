"""An independent script computes a whole year's scores from the exported rows: equal to the last digit."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from chuangmo.deadlines.models import Obligation
from chuangmo.periods import month, year
from supervision.scores.models import ScoreRow, ScoreRules, UnitScore
from supervision.scores.services import (
    adjust_score,
    compute_round,
    confirm_correction,
    decide_objection,
    finish_round,
    object_to_score,
    recheck,
    show_round,
)
from tests.factories import UnitFactory, UserFactory, assign, give_role
from tests.supervision.scores.story import judge, load_rules, owe

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
SCRIPT = Path(__file__).with_name("recompute.py")


def test_a_year_is_computed_again_from_its_rows(cast, today, tmp_path):
    load_rules()
    ScoreRules.objects.update(year_method="drop_lowest", year_min_months=3)
    units = [cast.county, cast.other_county, cast.bureau, *[UnitFactory(kind="county") for _ in range(4)]]
    reporters = {unit.pk: UserFactory() for unit in units}
    for unit in units:
        give_role(reporters[unit.pk], unit, "reporter")
    for unit in units[3:6]:
        assign(cast.indicator, unit)
    chance = random.Random(2017)
    statuses = ["met", "missed", "margin", "partial"]
    for number in range(1, 7):
        period = month(2017, number)
        for unit in units[:-1]:
            for _ in range(chance.randint(1, 7)):
                due = period.start + timedelta(days=chance.randint(1, 26))
                done = due + timedelta(days=chance.choice([-1, 0, 0, 3])) if chance.random() < 0.9 else None
                row = owe(unit, due, done)
                if chance.random() < 0.15:
                    Obligation.objects.filter(pk=row.pk).update(done_on=None, done_at=None, paused=True)
        judge(cast, chance.choice(statuses), period.end)
        today(period.end + timedelta(days=3))
        draft = compute_round(by=cast.office, plan=cast.plan, period=period)
        adjusted = UnitScore.objects.filter(round=draft).order_by("pk")[number % 3]
        adjust_score(by=cast.office, unit_score_id=adjusted.pk, points=Decimal("-1.25"), reason="通报批评")
        draft.refresh_from_db()
        one = show_round(by=cast.office, round_id=draft.pk, version=draft.version)
        lost = ScoreRow.objects.filter(
            part__unit_score__round=one, share=0, counts=True, is_current=True
        ).first()
        if lost is not None:
            score = lost.part.unit_score
            asked = object_to_score(
                by=reporters[score.unit_id], unit_score_id=score.pk, row_id=lost.pk, text="请核对"
            )
            decide_objection(
                by=cast.office, objection_id=asked.pk, upheld=True, decision="属实", share=Decimal("0.3333")
            )
        one.refresh_from_db()
        today(period.end + timedelta(days=25))
        finish_round(by=cast.office, round_id=one.pk, version=one.version)
    judge(cast, "missed", date(2017, 3, 31))
    judge(cast, "met", date(2017, 4, 30))
    for one in cast.plan.score_rounds.filter(period_kind="month"):
        for row in recheck(one)[:2]:
            confirm_correction(by=cast.office, correction_id=row.pk)
    compute_round(by=cast.office, plan=cast.plan, period=year(2017))

    content = StringIO()
    call_command("export_scores", "--json", stdout=content)
    call_command("export_scores", "--json", "--period", "2017", stdout=(whole := StringIO()))
    periods = [*json.loads(content.getvalue()), *json.loads(whole.getvalue())]
    path = tmp_path / "scores.json"
    path.write_text(json.dumps(periods), encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].startswith("7 periods, ")
    # the year has what makes it worth while: ties, what doesn't count, what people decided, an odd last digit
    everything = [unit for one in periods for unit in one["units"]]
    rows = [row for unit in everything for row in unit["rows"]]
    assert {row["origin"] for row in rows} == {"computed", "objection", "correction"}
    assert any(not row["counts"] for row in rows)
    assert any(
        len({u["rank"] for u in one["units"] if u["group"] == "县区、开发区" and u["rank"]})
        < sum(u["group"] == "县区、开发区" and u["rank"] is not None for u in one["units"])
        for one in periods
    )
    assert any(unit["frozen_total"] != unit["total"] for unit in everything)

    # and the script would notice: one digit of one total
    periods[0]["units"][0]["total"] = str(Decimal(periods[0]["units"][0]["total"]) + Decimal("0.01"))
    path.write_text(json.dumps(periods), encoding="utf-8")
    assert (
        subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, check=False).returncode == 1
    )
