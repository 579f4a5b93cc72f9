"""What is kept of a standing is read back to the last digit, and the day on which it is read is all that it lacks."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.works.rules.kept import Kept, as_json, from_json
from projects.works.rules.light import PlanStage, Reported, Thresholds, judged, on_day, standing

FIRST = date(2017, 1, 1)
DAYS = st.integers(0, 400).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def stories(draw):
    """Stages one after the other, and what was accepted of them, if anything."""
    stages, day = [], draw(DAYS)
    for n in range(draw(st.integers(0, 4))):
        finish = day + timedelta(days=draw(st.integers(0, 60)))
        stages.append(PlanStage(f"s{n}", f"阶段{n}", draw(st.integers(1, 40)), day, finish))
        day = finish + timedelta(days=1)
    percents = {stage.code: draw(st.sampled_from([0, 33, 99, 100])) for stage in stages}
    if draw(st.booleans()):
        percents.pop("s1", None)
    reported = Reported(draw(DAYS), percents, draw(st.none() | DAYS)) if draw(st.booleans()) else None
    finish_on = stages[-1].finish if stages else FIRST
    return stages, reported, finish_on, Thresholds(draw(st.integers(0, 30)), draw(st.integers(0, 30)))


@settings(max_examples=60)
@given(stories(), DAYS)
def test_kept_and_read_back_it_says_the_same_on_any_day(story, today):
    stages, reported, finish_on, rule = story
    kept = Kept(judged(stages, reported, finish_on=finish_on, rule=rule), "阶段1")
    again = from_json(json.loads(json.dumps(as_json(kept))))
    assert again == kept
    asked = standing(stages, reported, finish_on=finish_on, today=today, rule=rule)
    assert on_day(again.judged, today) == asked
