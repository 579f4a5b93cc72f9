"""What holds for any figures: order, determinism, sums, missing never zero; and the time it takes."""

from __future__ import annotations

import json
import time
from decimal import Decimal, getcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.assessment.rules import FigureInput, Inputs, Status, assess, inputs_digest

from .cast import COUNTIES, LATEST, RATE_METAS, day, figures, judged, months, owed, rate, rule

RULE = rule(rate())
AS_OF = day("2017-05-31")
CELLS = [(code, unit, period) for code in RATE_METAS for unit in COUNTIES for period in months(2017, 1, 4)]
EXPECTED = [*owed("i18.treated", months(2017)), *owed("i18.produced", months(2017))]
AMOUNT = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)
AMOUNTS = st.lists(AMOUNT, min_size=len(CELLS), max_size=len(CELLS))


def made(amounts, skip=frozenset()):
    return [
        FigureInput(code, unit, period, amount, figure_id=number)
        for number, ((code, unit, period), amount) in enumerate(zip(CELLS, amounts, strict=True), start=1)
        if number not in skip
    ]


def verdict(given_figures, expected=EXPECTED):
    return assess(RULE, Inputs(2017, RATE_METAS, given_figures, expected), AS_OF)


@given(AMOUNTS)
@settings(max_examples=40)
def test_the_value_is_sum_over_sum(amounts):
    treated = sum((one.value for one in made(amounts) if one.element == "i18.treated"), Decimal(0))
    produced = sum((one.value for one in made(amounts) if one.element == "i18.produced"), Decimal(0))
    found = verdict(made(amounts))
    if produced == 0:
        assert (found.status, found.value) == (Status.PARTIAL, None)
    else:
        assert abs(found.value - treated * 100 / produced) <= abs(found.value) * Decimal("1e-25")
        assert (found.status is Status.MISSED) == (treated * 100 < 85 * produced)


@given(AMOUNTS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_figures_makes_no_difference(amounts, random):
    shuffled, asked = made(amounts), list(EXPECTED)
    random.shuffle(shuffled)
    random.shuffle(asked)
    one, other = verdict(made(amounts)), verdict(shuffled, asked)
    assert json.dumps(one.to_json(), sort_keys=True) == json.dumps(other.to_json(), sort_keys=True)


@given(AMOUNTS, st.sets(st.integers(1, len(CELLS)), min_size=1))
@settings(max_examples=60)
def test_a_missing_figure_is_never_a_zero(amounts, skip):
    """Whatever is missing is listed, the verdict is incomplete, and the value is that of the units that are
    complete, the same as if the others did not exist; if none is, that of the months that all have in full."""
    found = verdict(made(amounts, skip))
    gone = {CELLS[number - 1] for number in skip}
    assert {(one.element, one.unit, one.period) for one in found.missing} == gone
    assert found.status is Status.PARTIAL
    incomplete = {unit for _, unit, _ in gone}
    first_gap = min(period for _, _, period in gone)
    if incomplete != set(COUNTIES):
        kept = [one for one in made(amounts) if one.unit not in incomplete]
    else:
        kept = [one for one in made(amounts) if one.period < first_gap]
    assert found.value == verdict(kept, []).value


@given(AMOUNTS, st.integers(1, len(CELLS)))
@settings(max_examples=30)
def test_the_digest_follows_the_inputs(amounts, number):
    base = Inputs(2017, RATE_METAS, made(amounts), EXPECTED)
    code, unit, period = CELLS[number - 1]
    changed = FigureInput(code, unit, period, amounts[number - 1] + 1, figure_id=number)
    other = Inputs(2017, RATE_METAS, [*made(amounts, {number}), changed], EXPECTED)
    assert verdict(made(amounts)).inputs_digest == inputs_digest(RULE, base, AS_OF)
    assert inputs_digest(RULE, base, AS_OF) != inputs_digest(RULE, other, AS_OF)


def test_the_digest_knows_rule_day_and_due_days_but_not_trailing_zeros():
    base = Inputs(2017, RATE_METAS, made([Decimal("1.5")] * len(CELLS)), EXPECTED)
    zeros = Inputs(2017, RATE_METAS, made([Decimal("1.500000")] * len(CELLS)), EXPECTED)
    digest = inputs_digest(RULE, base, AS_OF)
    assert inputs_digest(RULE, zeros, AS_OF) == digest
    assert inputs_digest(rule(rate(limit=86)), base, AS_OF) != digest
    assert inputs_digest(RULE, base, day("2017-06-30")) != digest
    assert inputs_digest(RULE, base, AS_OF, day("2017-06-10")) != digest
    assert inputs_digest(RULE, base, AS_OF, day("2017-06-01")) == digest  # no due day lies in between


def test_the_callers_decimal_settings_make_no_difference():
    before = verdict(made([Decimal(2)] * 20 + [Decimal(3)] * 20))
    precision, getcontext().prec = getcontext().prec, 6
    try:
        after = verdict(made([Decimal(2)] * 20 + [Decimal(3)] * 20))
    finally:
        getcontext().prec = precision
    assert after == before


def test_five_years_of_a_hundred_units_take_a_moment():
    """A guard against counting everything for every month: 24,000 rows; a few hundred ms are far too many."""
    units = [f"单位{number}" for number in range(100)]
    kept = [period for number in range(2013, 2018) for period in months(number)]
    rows = [*figures("i18.treated", kept, 90, units), *figures("i18.produced", kept, 100, units)]
    asked = [*owed("i18.treated", kept, units), *owed("i18.produced", kept, units)]
    inputs = Inputs(2017, RATE_METAS, rows, asked)
    falls = {**rate(), "kind": "DEC", "window": {"kind": "falls", "falls": 3}}
    for name in ("op", "limit", "margin_pct"):
        falls.pop(name)
    for body in (rate(), rate(window=LATEST), falls):
        seconds = min(_seconds(rule(body), inputs) for _ in range(3))
        assert seconds < 0.5
    assert judged(RULE, inputs, "2017-12-31").value == Decimal(90)


def _seconds(body, inputs):
    begin = time.process_time()
    assess(body, inputs, day("2017-12-31"))
    return time.process_time() - begin
