"""Verdicts follow accepted figures: what is marked is reached again, nothing else is touched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from chuangmo import periods
from chuangmo.review.models import State
from indicators.assessment.models import StaleVerdict, Verdict
from indicators.assessment.services import figures_changed, refresh_all, refresh_stale
from indicators.reporting.models import Figure
from tests.factories import Cast, make_figure

JANUARY, FEBRUARY = periods.month(2017, 1), periods.month(2017, 2)
MARCH = periods.month(2017, 3)


def accept(cast: Cast, period: periods.Period, county: int, other: int, produced: int = 100) -> None:
    for unit, treated in ((cast.county, county), (cast.other_county, other)):
        make_figure(cast.produced, unit, period, produced)
        make_figure(cast.treated, unit, period, treated)


def current(as_of: date) -> Verdict:
    return Verdict.objects.get(as_of=as_of, is_current=True)


def test_a_rate_is_the_sum_of_all_units_over_the_sum(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    verdict = current(date(2017, 1, 31))
    assert (verdict.status, verdict.value, verdict.is_provisional) == ("met", Decimal(92), True)
    assert verdict.result["parts"][0]["formula"].count("÷") == 1


def test_every_complete_month_has_a_verdict_and_the_running_one_has_none(rated: Cast) -> None:
    refresh_all(plan=rated.plan)
    assert list(Verdict.objects.order_by("as_of").values_list("as_of", flat=True)) == [
        date(2017, 1, 31),
        date(2017, 2, 28),
        date(2017, 3, 31),
        date(2017, 4, 30),
        date(2017, 5, 31),
    ]


def test_a_second_refresh_changes_nothing(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    assert refresh_all(plan=rated.plan) == 5
    assert refresh_all(plan=rated.plan) == 0
    assert Verdict.objects.count() == 5


def test_only_months_from_the_change_on_are_reached_again(
    rated: Cast, django_capture_on_commit_callbacks
) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        accept(rated, MARCH, 50, 50)
        figures_changed(element_codes={"i18.treated"}, indicator_ids=[], from_day=MARCH.end)
    assert Verdict.objects.filter(as_of=date(2017, 2, 28)).count() == 1
    assert Verdict.objects.filter(as_of=date(2017, 3, 31)).count() == 2
    assert current(date(2017, 3, 31)).status == "missed"
    assert not StaleVerdict.objects.exists()


def test_what_a_dead_process_left_is_taken_up_later(rated: Cast) -> None:
    accept(rated, JANUARY, 60, 60)
    figures_changed(element_codes={"i18.produced"}, indicator_ids=[], from_day=JANUARY.end)
    assert StaleVerdict.objects.count() == 1
    call_command("refresh_verdicts")
    assert current(date(2017, 1, 31)).status == "missed"
    assert not StaleVerdict.objects.exists()


def test_incremental_equals_full_recompute(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    old = Figure.objects.get(element=rated.treated, unit=rated.county)
    old.superseded_at = timezone.now()
    old.save()
    make_figure(rated.treated, rated.county, JANUARY, 20)
    figures_changed(element_codes={"i18.treated"}, indicator_ids=[], from_day=JANUARY.end)
    refresh_stale()
    step_by_step = list(
        Verdict.objects.filter(is_current=True).order_by("as_of").values_list("as_of", "inputs_digest")
    )
    Verdict.objects.all().delete()
    refresh_all(plan=rated.plan)
    assert step_by_step == list(
        Verdict.objects.filter(is_current=True).order_by("as_of").values_list("as_of", "inputs_digest")
    )


def test_a_superseded_verdict_stays_readable(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    accept(rated, FEBRUARY, 10, 10)
    refresh_all(plan=rated.plan)
    statuses = (
        Verdict.objects.filter(as_of=date(2017, 2, 28)).order_by("pk").values_list("status", "is_current")
    )
    assert list(statuses) == [("met", False), ("missed", True)]


def test_a_missing_county_is_named_and_no_zero(rated: Cast) -> None:
    make_figure(rated.produced, rated.county, JANUARY, 100)
    make_figure(rated.treated, rated.county, JANUARY, 95)
    rated.report(rated.county, JANUARY, due_on=date(2017, 2, 6), state=State.ACCEPTED)
    rated.report(rated.other_county, JANUARY, due_on=date(2017, 2, 6))
    refresh_all(plan=rated.plan)
    verdict = current(date(2017, 2, 28))
    assert (verdict.status, verdict.value) == ("partial", Decimal(95))
    assert verdict.card["missing_units"] == ["水城县"]
    assert current(date(2017, 1, 31)).status == "none"  # on 31 January nothing was due yet


def test_an_unlocked_report_keeps_feeding_and_is_marked(rated: Cast) -> None:
    report = rated.report(rated.county, JANUARY, due_on=date(2017, 2, 6), state=State.UNLOCKED)
    report.case.accepted_revision_no = 1
    report.case.save()
    accept(rated, JANUARY, 95, 89)
    Figure.objects.filter(unit=rated.county).update(report=report)
    refresh_all(plan=rated.plan)
    verdict = current(date(2017, 1, 31))
    assert (verdict.status, verdict.value, verdict.is_correcting) == ("met", Decimal(92), True)


@pytest.mark.parametrize("years", [1, 5])
def test_gathering_takes_the_same_queries_whatever_the_years(
    rated: Cast, years: int, django_assert_num_queries
) -> None:
    from indicators.assessment.queries.inputs import gather

    for year in range(2018 - years, 2018):
        for number in range(1, 13):
            accept(rated, periods.month(year, number), 90, 90)
    with django_assert_num_queries(7):
        assert len(gather(rated.plan)[0].inputs.figures) == years * 12 * 4
