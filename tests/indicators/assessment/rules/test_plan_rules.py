"""The plan's own rules as the fixtures hold them, read by the schema and judged by the engine."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from indicators.assessment.rules import (
    ElementMeta,
    Inputs,
    Status,
    assess,
    elements_read,
    rule_json,
    validate_rule,
)

from .cast import day

FIXTURE = Path(__file__).parents[4] / "fixtures" / "plan-2017" / "06-rules.json"
BODIES = {
    row["fields"]["indicator"][1]: row["fields"]["body"]
    for row in json.loads(FIXTURE.read_text())
    if row["model"] == "plan.ruleversion"
}


def test_every_indicator_has_its_rule():
    assert sorted(BODIES) == list(range(1, 27))
    kinds = Counter(part["kind"] for body in BODIES.values() for part in body["parts"])
    assert kinds == {
        "RATE": 12,
        "LIST": 6,
        "DEC": 6,
        "T": 7,
        "SITES": 4,
        "MON": 4,
        "COMPLETION": 4,
        "NOEV": 2,
        "RANK": 1,
        "SURVEY": 1,
    }


@pytest.mark.parametrize("number", sorted(BODIES))
def test_a_rule_of_the_plan_is_read_and_written_unchanged(number):
    assert rule_json(validate_rule(BODIES[number])) == BODIES[number]


@pytest.mark.parametrize("number", sorted(BODIES))
def test_without_any_expectation_nothing_is_invented(number):
    """No figure and nobody to ask: the verdict is 未到期, or names the gap, and never a value."""
    read = validate_rule(BODIES[number])
    metas = {code: ElementMeta(code, code, "t") for code in elements_read(read)}
    found = assess(read, Inputs(2017, metas), day("2017-05-31"))
    assert (found.value, found.figure_ids) == (None, ())
    assert found.status in (Status.NONE, Status.PARTIAL)
    assert (found.status is Status.PARTIAL) == bool(found.missing)
    assert {one.unit_name for one in found.missing} <= {"未落实填报单位"}


def test_the_rules_need_neither_django_nor_a_clock():
    code = "import indicators.assessment.rules, sys; print('django' in sys.modules or 'chuangmo.clock' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(out.stdout.strip()) is False
