"""The watch on real rows: found once, closed by itself, open again when figures change; a part is as good as the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangmo.audit.models import AuditEvent
from chuangmo.org.models import UnitKind
from chuangmo.periods import month
from indicators.insight.models import StaleWatch, Suspicion
from indicators.insight.queries.book import book_of, rules_in_force
from indicators.insight.rules.checking import find_hits
from indicators.insight.services import figures_changed, recheck, recheck_stale
from indicators.reporting.models import Figure
from tests.factories import Cast, UnitFactory, make_cast, make_figure
from tests.indicators.insight.cast import make_rule
from tests.indicators.insight.conftest import accepted, months

pytestmark = pytest.mark.django_db

MAY = month(2017, 5)


def states(cast: Cast) -> dict[str, str]:
    return {
        f"{row.rule.code} {row.unit.short_name if row.unit else '全市'} {row.period.code}": row.state
        for row in Suspicion.objects.select_related("rule", "unit")
    }


def change(figure: Figure, value: int) -> None:
    Figure.objects.filter(pk=figure.pk).update(value=Decimal(value))


def test_a_hit_is_one_row_however_often_it_is_found(cast: Cast) -> None:
    make_rule()
    accepted(cast, MAY, 100, 120)
    assert [recheck(plan=cast.plan).opened for _ in range(3)] == [1, 0, 0]
    (row,) = Suspicion.objects.all()
    assert (
        row.text == "“生活垃圾无害化处理量”（120）与“生活垃圾产生量”（100）不应大于后者，相差 20 t（16.7%）"
    )
    assert (row.indicator, row.unit, row.period, row.state) == (cast.indicator, cast.county, MAY, "open")
    assert {(cell["element"], cell["value"], cell["unit"]) for cell in row.cells} == {
        ("i18.produced", "100", "钟山区"),
        ("i18.treated", "120", "钟山区"),
    }
    assert all(cell["report"] for cell in row.cells)


def test_what_is_put_right_closes_by_itself_and_opens_again_when_it_comes_back(cast: Cast) -> None:
    make_rule()
    report = accepted(cast, MAY, 100, 120)
    recheck(plan=cast.plan)
    treated = Figure.objects.get(report=report, element=cast.treated)
    change(treated, 90)
    assert recheck(plan=cast.plan).gone == 1
    gone = Suspicion.objects.get()
    assert (gone.state, gone.gone_at is not None) == ("gone", True)
    change(treated, 130)
    assert recheck(plan=cast.plan).opened == 1
    back = Suspicion.objects.get()
    assert (back.pk, back.state, back.gone_at) == (gone.pk, "open", None)
    assert "（130）" in back.text


@pytest.mark.parametrize("state", ["explained", "dismissed", "sent_back"])
def test_what_was_settled_stays_settled_until_the_figures_change(cast: Cast, state: str) -> None:
    make_rule()
    report = accepted(cast, MAY, 100, 120)
    recheck(plan=cast.plan)
    Suspicion.objects.update(state=state, reason="外区转入处理", decided_by=cast.office)
    assert recheck(plan=cast.plan) == recheck_stale()
    assert Suspicion.objects.get().state == state
    change(Figure.objects.get(report=report, element=cast.treated), 140)
    recheck(plan=cast.plan)
    row = Suspicion.objects.get()
    assert (row.state, row.reason, row.decided_by) == ("open", "", None)


def test_a_figure_explained_by_its_reporter_is_explained(cast: Cast) -> None:
    make_rule()
    accepted(cast, MAY, 100, 120, reason="本月处理上月积存")
    recheck(plan=cast.plan)
    row = Suspicion.objects.get()
    assert (row.state, row.reason, row.decided_by) == ("explained", "填报说明：本月处理上月积存", None)


def test_a_rule_that_is_switched_off_closes_what_it_found(cast: Cast) -> None:
    rule = make_rule()
    accepted(cast, MAY, 100, 120)
    recheck(plan=cast.plan)
    rule.is_on = False
    rule.save()
    assert recheck(plan=cast.plan).gone == 1


def test_a_change_marks_its_elements_and_only_their_checks_run(
    cast: Cast, django_capture_on_commit_callbacks
) -> None:
    make_rule()
    make_rule("w.other", left="i18.treated", op="<=", right="1000")
    accepted(cast, MAY, 100, 120)
    with django_capture_on_commit_callbacks(execute=True):
        figures_changed(element_codes={"i18.produced"}, indicator_ids=set(), from_day=MAY.end)
        assert list(StaleWatch.objects.values_list("element_code", flat=True)) == ["i18.produced"]
    assert StaleWatch.objects.count() == 0
    assert states(cast) == {"w.balance 钟山区 2017-05": "open"}


def test_a_run_that_changes_something_leaves_one_line_in_the_audit(cast: Cast) -> None:
    make_rule()
    accepted(cast, MAY, 100, 120)
    recheck(plan=cast.plan)
    recheck(plan=cast.plan)
    (event,) = AuditEvent.objects.filter(action="数据核查")
    assert event.changes == {"新存疑": [0, 1], "已消除": [0, 0]}


def test_superseded_figures_and_those_of_no_use_are_left_out(cast: Cast) -> None:
    make_rule()
    report = accepted(cast, MAY, 100, 120)
    Figure.objects.filter(report=report, element=cast.produced).update(answer="not_applicable", value=None)
    assert recheck(plan=cast.plan).opened == 0


def _queries(cast: Cast, units: int) -> int:
    for number in range(units):
        unit = UnitFactory(kind=UnitKind.COUNTY, name=f"{units}里的第{number}县", order=100 + number)
        for period in months(1, 5):
            make_figure(cast.produced, unit, period, 100)
            make_figure(cast.treated, unit, period, 120)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        recheck(plan=cast.plan)
    return sum(query["sql"].startswith("SELECT") for query in queries)  # rows are written in batches


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_number_of_queries_does_not_grow_with_the_units(cast: Cast) -> None:
    make_rule()
    make_rule("w.jump", kind="jump", left="", op="", right="")
    few = _queries(cast, 10)
    Suspicion.objects.all().delete()
    assert _queries(cast, 100) == few


# A part is as good as the whole ------------------------------------------------------------------------

RULES = (
    {"code": "w.balance"},
    {"code": "w.city", "scope": "city", "op": "=", "tolerance_pct": 10},
    {"code": "w.year", "scope": "year"},
    {"code": "w.repeat", "kind": "repeat", "left": "", "op": "", "right": "", "run": 3},
    {"code": "w.round", "kind": "round", "left": "", "op": "", "right": "", "run": 2},
    {"code": "w.jump", "kind": "jump", "left": "", "op": "", "right": "", "min_change_pct": 20},
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["produced", "treated"]),
        st.sampled_from(["county", "other_county"]),
        st.integers(1, 9),
        st.sampled_from([None, 100, 120, 1200, 5000]),
    ),
    min_size=1,
    max_size=12,
)


def _snapshot() -> list[tuple]:
    return sorted(
        Suspicion.objects.exclude(state="gone").values_list("key", "state", "text", "numbers", "period_end")
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=steps)
def test_checking_what_changed_finds_what_checking_everything_finds(history) -> None:
    from django.db import transaction

    with transaction.atomic():
        cast = make_cast()
        for columns in RULES:
            make_rule(**columns)
        for element, unit, number, value in history:
            owner, element = getattr(cast, unit), getattr(cast, element)
            period = month(2017, number)
            current = Figure.objects.current().filter(element=element, unit=owner, period_start=period.start)
            current.delete()
            if value is not None:
                make_figure(element, owner, period, value)
            StaleWatch.objects.create(element_code=element.code)
            recheck_stale()
        by_steps = _snapshot()
        expected = {hit.key for hit in find_hits(rules_in_force(), book_of(cast.plan))}
        assert {row[0] for row in by_steps} == expected
        recheck(plan=cast.plan)
        assert _snapshot() == by_steps
        transaction.set_rollback(True)
