"""The demonstration's projects and tasks are the same on every run, and what they show is what the rules allow."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from indicators.demonstration.rules.days import at
from indicators.demonstration.services.accounts import fill_groups, make_people
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from indicators.plan.services.loading import load_plan
from projects.campaigns import demonstration as campaigns
from projects.campaigns.models import Member, MemberEvent, MemberState, Share, Task
from projects.campaigns.queries.proofs import proofs_by_member
from projects.campaigns.rules.ticking import what_is_missing
from projects.works import demonstration as works
from projects.works.models import CountyFund, MoneyFigure, Picture, Progress, ScheduledStage, StageFigure

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Everything that is told, by what it is about and never by a row's number.
TOLD: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        ScheduledStage,
        ("schedule__project__code", "schedule__number", "schedule__state", "code", "start_on", "finish_on"),
    ),
    (Progress, ("project__code", "period_start", "work", "problems", "case__state", "updated_by__username")),
    (StageFigure, ("project__code", "as_of", "code", "percent", "started_on", "finished_on")),
    (MoneyFigure, ("project__code", "as_of", "source", "arrived", "paid")),
    (Picture, ("progress__project__code", "taken_on", "attachment__file__sha256")),
    (CountyFund, ("unit__name", "budget", "arrived", "paid")),
    (Share, ("task__code", "unit__name", "closed_at", "none_reason")),
    (
        Member,
        (
            "task__code",
            "unit__name",
            "name",
            "code",
            "state",
            "value",
            "post__person",
            "ticked_at",
            "verified_by__username",
        ),
    ),
    (MemberEvent, ("member__task__code", "member__unit__name", "member__name", "action", "at", "by_name")),
)


def tell() -> Plan:
    plan = load_plan().plan
    with moment(at(date(2017, 1, 3), 8, 30)):
        make_people(plan)
        fill_groups()
    works.tell(plan)
    campaigns.tell(plan)
    return plan


def digests() -> dict[str, str]:
    found = {}
    for model, columns in TOLD:
        rows = sorted(map(repr, model.objects.order_by().values_list(*columns)))
        assert rows, model
        found[model.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_told_twice_it_is_the_same_and_keeps_the_rules() -> None:
    with transaction.atomic():
        tell()
        first = digests()
        transaction.set_rollback(True)
    plan = tell()
    assert digests() == first
    keeps_the_rules(plan)


def keeps_the_rules(plan: Plan) -> None:
    """What is ticked off has its proofs and hours; every state and every kind of target occurs."""
    members = list(Member.objects.select_related("task"))
    has = proofs_by_member([one.pk for one in members])
    ticked = [one for one in members if one.state in (MemberState.TICKED, MemberState.VERIFIED)]
    lacking = {
        one.name: missing
        for one in ticked
        if (
            missing := what_is_missing(
                one.task.proofs,
                has.get(one.pk, frozenset()),
                measure=one.task.measure,
                unit=one.task.measure_unit,
                minimum=one.task.minimum,
                value=one.value,
            )
        )
    }
    assert lacking == {}
    assert {one.state for one in members} == set(MemberState.values) - {MemberState.REMOVED}
    with_list = Task.objects.filter(plan=plan, members__isnull=False).distinct().count()
    assert with_list >= Task.objects.filter(plan=plan).count() - 5
