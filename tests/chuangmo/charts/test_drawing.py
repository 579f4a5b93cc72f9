"""ECharts in V8 on the server: what comes out goes into a page with a strict policy, and nothing is drawn twice."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.template.loader import render_to_string

from chuangmo.charts import Bar, Chart, comparison, drawing, engine, trend
from chuangmo.charts.drawing import svg_of

POINTS = [("1 月", 84), ("2 月", None), ("3 月", 12345.5), ("4 月", 88)]


@pytest.fixture(autouse=True)
def empty_cache():
    caches["charts"].clear()


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_chart_is_svg_with_its_numbers_as_alternative_text():
    chart = trend(POINTS, title="处理量", unit="t", threshold=85)
    root = ElementTree.fromstring(svg_of(chart))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == chart.spoken
    assert root.attrib["viewBox"] == "0 0 640 240"


def test_axis_limit_and_last_value_are_written_with_thin_spaces():
    words = texts(svg_of(trend(POINTS, title="处理量", unit="t", threshold=85)))
    assert {"1 月", "4 月", "要求 ≥ 85 t", "88 t"} <= set(words)
    assert "15\u2009000" in words


def test_nothing_that_the_page_forbids_is_left_in_it():
    svg = svg_of(comparison([Bar("甲", 1, True), Bar("乙", 2, False)], title="量", threshold=2))
    assert re.findall(r"<style|<script|class=\"zr|ecmeta_|\bon\w+=|href=", svg) == []


def test_two_charts_on_a_page_share_no_id():
    charts = [trend([("1", 1), ("2", value)], title="量", threshold=3) for value in (2, 5)]
    ids = [set(re.findall(r'id="([^"]+)"', svg_of(chart))) for chart in charts]
    assert all(ids)
    assert ids[0].isdisjoint(ids[1])


def test_words_from_people_cannot_become_markup():
    svg = svg_of(trend([("<b>x</b>", 1), ('"2"', 2)], title="<i>&", unit="&"))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert "<b>x</b>" in texts(svg)


def test_a_missing_value_breaks_the_line():
    whole = svg_of(trend([("1", 1), ("2", 2), ("3", 3), ("4", 4)], title="量"))
    broken = svg_of(trend([("1", 1), ("2", 2), ("3", None), ("4", 4)], title="量"))
    line = r'<path d="(M[^"Z]+)" fill="none"[^>]*stroke="#0e6e63"'
    assert re.search(line, whole)[1].count("M") == 1
    assert re.search(line, broken)[1].count("M") == 2


def test_the_same_chart_is_drawn_once(monkeypatch):
    drawn = []
    monkeypatch.setattr(drawing, "draw", lambda text: drawn.append(text) or engine.draw(text))
    chart = trend(POINTS, title="量")
    assert svg_of(chart) == svg_of(trend(POINTS, title="量"))
    assert drawn == [chart.drawn]


def test_an_option_that_cannot_be_drawn_leaves_its_table(caplog):
    chart = Chart("坏图", "坏图：1", {"series": "nonsense"}, ("期间",), (("1 月",),))
    html = render_to_string("components/chart.html", {"chart": chart})
    assert "<svg" not in html
    assert '<th scope="row">1 月</th>' in html
    assert "could not be drawn" in caplog.text


def test_what_runs_for_ever_is_stopped_and_the_next_chart_is_drawn(monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.3)
    with pytest.raises(engine.NotDrawn):
        engine.draw("(function () { for (;;) {} })()")
    monkeypatch.undo()
    assert "88" in svg_of(trend(POINTS, title="量"))


def test_many_threads_and_a_running_event_loop_get_their_own_charts():
    def one(number: int) -> bool:
        svg = svg_of(trend([("1", number), ("2", number + 7000)], title="量", unit="t"))
        return f"{number + 7000:,} t".replace(",", "\u2009") in texts(svg)

    async def inside() -> bool:
        return one(99)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(12))) == [True] * 12
    assert asyncio.run(inside()) is True


def test_the_option_in_json_says_all_that_is_drawn():
    chart = trend(POINTS, title="量")
    assert json.loads(chart.drawn) == [json.loads(json.dumps(chart.option)), 640, 240]
