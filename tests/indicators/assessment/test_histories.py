"""Random histories of accepting, unlocking and correcting figures and readings, with refreshes in between.

Whatever happened in whatever order, the current verdicts are those that a computation from nothing gives.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangmo import periods
from chuangmo.review.models import Case, State
from indicators.assessment.models import StaleVerdict, Verdict
from indicators.assessment.queries.inputs import gather
from indicators.assessment.rules import assess, rule_json, validate_rule
from indicators.assessment.services import readings_changed, refresh_all, refresh_stale
from indicators.monitoring.models import BatchKind, WaterSample
from indicators.plan.models import Indicator, RuleVersion, SiteKind
from indicators.reporting.services.acceptance import tell_figures_changed, write_figures
from tests.factories import Cast, IndicatorFactory
from tests.indicators.assessment.readings import make_batch, make_site, water

MONTHS = (1, 2, 3)
ENDS = [date(2017, 1, 31), date(2017, 2, 28), date(2017, 3, 31), date(2017, 4, 30), date(2017, 5, 31)]
SECTIONS = {
    "parts": [
        {
            "code": "sections",
            "name": "断面水质达标率",
            "kind": "SITES",
            "measure": "sections",
            "window": {"kind": "year"},
        }
    ]
}
AMOUNT = st.one_of(st.none(), st.integers(0, 200))  # None: “not yet”, which leaves nothing
ACCEPT = st.tuples(st.just("accept"), st.integers(0, 1), st.sampled_from(MONTHS), AMOUNT, AMOUNT)
UNLOCK = st.tuples(st.just("unlock"), st.integers(0, 1), st.sampled_from(MONTHS))
SAMPLE = st.tuples(
    st.just("sample"),
    st.integers(0, 1),
    st.sampled_from(MONTHS),
    st.sampled_from(("0.02L", "0.4", "1", "2.4")),
)
HISTORY = st.lists(st.one_of(ACCEPT, UNLOCK, SAMPLE, st.just(("refresh",))), max_size=10)


class World:
    """The cast with reports of three months, and two sections; every action goes through the code that marks verdicts."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.water = IndicatorFactory(plan=cast.plan, category=cast.indicator.category, number=10)
        RuleVersion.objects.create(indicator=self.water, version=1, body=rule_json(validate_rule(SECTIONS)))
        self.sections = [
            make_site(f"s{number}", SiteKind.SECTION, cast.county, target_class=3, water_body="river")
            for number in range(2)
        ]
        self.batch = make_batch(BatchKind.WATER, cast.bureau, cast.office)
        self.reports = {
            (number, month): cast.report(unit, periods.month(2017, month), due_on=date(2017, month + 1, 12))
            for number, unit in enumerate((cast.county, cast.other_county))
            for month in MONTHS
        }

    def do(self, action: str, *how) -> None:
        getattr(self, action)(*how)

    def accept(self, unit: int, month: int, produced: int | None, treated: int | None) -> None:
        report = self.reports[unit, month]
        case = Case.objects.get(pk=report.case_id)
        number = case.revision_no + 1
        Case.objects.filter(pk=case.pk).update(
            state=State.ACCEPTED, revision_no=number, accepted_revision_no=number
        )
        site = report.values.first().site.code
        values = [
            {
                "element": code,
                "site": site,
                "cell": code,
                "name": code,
                "answer": "not_yet" if amount is None else "value",
                "value": None if amount is None else str(Decimal(amount)),
            }
            for code, amount in (("i18.produced", produced), ("i18.treated", treated))
        ]
        write_figures(report=report, content={"values": values}, revision_no=number, by=self.cast.office)

    def unlock(self, unit: int, month: int) -> None:
        report = self.reports[unit, month]
        Case.objects.filter(pk=report.case_id, state=State.ACCEPTED).update(state=State.UNLOCKED)
        tell_figures_changed(report=report)

    def sample(self, section: int, month: int, nh3n: str) -> None:
        at, site = date(2017, month, 8), self.sections[section]
        WaterSample.objects.filter(site=site, taken_on=at, superseded_at__isnull=True).update(
            superseded_at=timezone.now()
        )
        water(site, self.batch, at, nh3n=nh3n)
        readings_changed(indicator_numbers=[10], from_day=at)

    def refresh(self) -> None:
        refresh_stale()


@pytest.fixture
def world(rated: Cast) -> World:
    made = World(rated)
    refresh_all(plan=rated.plan)
    return made


@given(history=HISTORY)
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_incremental_is_full_recompute_and_twice_is_once(world: World, history) -> None:
    with transaction.atomic():
        for action, *how in history:
            world.do(action, *how)
        refresh_stale()
        assert stored() == from_nothing(world)
        assert from_nothing(world) == from_nothing(world)
        assert not StaleVerdict.objects.exists()
        assert refresh_all(plan=world.cast.plan) == 0
        transaction.set_rollback(True)


def stored() -> dict[tuple[int, date], dict]:
    current = Verdict.objects.filter(is_current=True).select_related("indicator")
    return {(one.indicator.number, one.as_of): one.result for one in current}


def from_nothing(world: World) -> dict[tuple[int, date], dict]:
    numbers = dict(Indicator.objects.values_list("pk", "number"))
    return {
        (numbers[subject.indicator_id], as_of): assess(subject.rule, subject.inputs, as_of).to_json()
        for subject in gather(world.cast.plan)
        for as_of in ENDS
    }
