"""The plain values of the demonstration: they add up, leap only where somebody explains, and are always the same."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from chuangmo.files.rules import HEAD_BYTES, content_fault
from chuangmo.periods import month, quarter, year
from chuangmo.workcalendar.rules import add_working_days, is_working_day, next_working_day
from indicators.demonstration.rules.chance import noise, pick
from indicators.demonstration.rules.days import WorkDays, course
from indicators.demonstration.rules.figures import Element, Figures, history_periods
from indicators.demonstration.rules.levels import LEVELS
from indicators.demonstration.rules.narratives import narrative
from indicators.demonstration.rules.papers import KINDS, paper
from indicators.demonstration.rules.people import PINYIN, people

FIXTURE = Path(settings.BASE_DIR) / "fixtures/common/07-data-elements.json"
ROWS = [row["fields"] for row in json.loads(FIXTURE.read_text())]
ELEMENTS = {
    row["code"]: Element(
        row["code"], row["frequency"], row["precision"], row["over_time"], row["entry"] == "cumulative"
    )
    for row in ROWS
}
FIGURES = Figures(ELEMENTS)


def test_chance_is_the_same_every_time() -> None:
    assert [noise("a", 1), noise("a", 2), noise("b", 1)] == [noise("a", 1), noise("a", 2), noise("b", 1)]
    assert len({noise(n) for n in range(200)}) > 150
    assert all(-1 <= noise(n) <= 1 and 0 <= pick(7, n) < 7 for n in range(500))


def test_every_element_but_the_survey_has_figures() -> None:
    assert set(ELEMENTS) - set(LEVELS) == {"i24.valid", "i24.satisfied"}
    assert set(LEVELS) <= set(ELEMENTS)


def test_a_year_is_its_months_and_a_stock_its_last() -> None:
    months = [FIGURES.of("i19.produced", "盘县", month(2015, n)) for n in range(1, 13)]
    assert sum(one for one in months if one is not None) == FIGURES.of("i19.produced", "盘县", year(2015))
    assert FIGURES.of("i20.hazardous_stock", "盘县", year(2015)) == FIGURES.of(
        "i20.hazardous_stock", "盘县", month(2015, 12)
    )


def test_a_january_to_date_figure_grows_by_its_months() -> None:
    assert FIGURES.of("i05.energy", "市经信委", month(2017, 1)) is None
    so_far = [FIGURES.of("i04.gdp", "市统计局", quarter(2016, n)) for n in range(1, 5)]
    assert so_far == sorted(so_far, key=lambda one: one or 0)
    assert so_far[3] == FIGURES.of("i04.gdp", "市统计局", year(2016))


@pytest.mark.parametrize("who", ["六枝特区", "盘县", "水城县", "钟山区", "钟山开发区"])
def test_hazardous_waste_balances_to_the_gram(who: str) -> None:
    for n in range(2, 13):
        before, now = month(2016, n - 1), month(2016, n)
        stock, produced, handled = (
            FIGURES.of(f"i20.hazardous_{name}", who, now) for name in ("stock", "produced", "handled")
        )
        opening = FIGURES.of("i20.hazardous_stock", who, before)
        assert None not in (stock, produced, handled, opening)
        assert stock == opening + produced - handled  # type: ignore[operator]


def test_only_explained_months_leap() -> None:
    limits = {row["code"]: row["change_limit_pct"] for row in ROWS}
    leaps = []
    for code, element in ELEMENTS.items():
        if element.frequency != "month" or element.cumulative or limits[code] is None:
            continue
        for who in FIGURES.reporters(code):
            for n in range(1, 7):
                now = month(2017, n)
                value, before = FIGURES.of(code, who, now), FIGURES.of(code, who, now.previous())
                assert value is not None and before is not None
                if abs(value - before) * 100 > before * Decimal(limits[code]):
                    leaps.append((code, who, n, FIGURES.explanation(code, who, now)))
    assert 4 <= len(leaps) <= 12
    # June is never sent: the month after a leap in May needs no words yet.
    assert all(words for _, _, n, words in leaps if n < 6)


def test_annual_values_of_four_years_where_three_falls_are_asked() -> None:
    for code in ("i05.energy", "i06.water_used", "i07.so2", "i07.value_added"):
        assert [one.code for one in history_periods(ELEMENTS[code])][:3] == ["2013", "2014", "2015"]
    assert [one.code for one in history_periods(ELEMENTS["i03.rank"])] == ["2014", "2015", "2016"]


def test_everybody_has_a_name_of_their_own() -> None:
    everybody = people(PINYIN)
    assert len({one.username for one in everybody}) == len({one.name for one in everybody}) == len(everybody)
    roles = {post.role for one in everybody for post in one.posts}
    assert roles == {
        "reporter", "reviewer", "office", "county_office", "inspector", "observer", "assessor", "admin",
    }  # fmt: skip


def test_words_for_every_indicator_and_writer_without_a_gap() -> None:
    for indicator in range(1, 27):
        for role in ("lead", "county", "bureau"):
            for n in range(1, 6):
                texts = narrative(indicator, "水城县", role, 2017, n)
                assert len(texts["progress"]) > 10
                assert not any(sign in text for text in texts.values() for sign in "{}")
                assert bool(texts["problems"]) <= bool(texts["measures"])
    assert narrative(8, "盘县", "county", 2017, 3) != narrative(8, "盘县", "county", 2017, 4)


def test_steps_follow_each_other_in_working_hours() -> None:
    days = WorkDays(add_working_days, next_working_day)
    for n in range(300):
        first, due = month(2017, 5).start, month(2017, 5).start.replace(day=10)
        way = course((n,), first, due, days)
        steps = [way.submitted, way.signed_off, way.verified, way.accepted]
        assert all(one is not None for one in steps)
        assert steps == sorted(steps, key=lambda one: one.timestamp() if one else 0)
        assert all(one and is_working_day(one.date()) and 8 <= one.hour < 18 for one in steps)


@pytest.mark.parametrize("kind", KINDS)
def test_papers_are_what_their_names_say_and_always_the_same(kind: str) -> None:
    name, _, content = paper(kind, "水城县2017年5月", [("生活垃圾产生量", "4721.9 t")])
    assert name.endswith(f"（演示）.{kind}")
    assert content_fault(name, content[:HEAD_BYTES], settings.FILE_KINDS) == ""
    assert paper(kind, "水城县2017年5月", [("生活垃圾产生量", "4721.9 t")])[2] == content
