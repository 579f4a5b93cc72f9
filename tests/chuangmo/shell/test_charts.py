"""Small charts: what is missing stays a gap, and everything can be read aloud."""

import re
from decimal import Decimal
from xml.etree import ElementTree

from chuangmo.shell.charts import line_path, sparkline, trend_chart

MONTHS = [
    ("2017-01", Decimal("84.0")),
    ("2017-02", None),
    ("2017-03", Decimal("86.5")),
    ("2017-04", Decimal("88")),
]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def test_a_gap_lifts_the_line():
    assert line_path([(0, 1), (1, 2), None, (3, 4), (4, 5)]) == "M0 1L1 2M3 4L4 5"


def test_a_lone_value_between_gaps_is_still_seen():
    assert line_path([(0, 1), None, (2, 3)]) == "M0 1h.1M2 3h.1"


def test_sparkline_spans_its_box_and_ends_in_a_dot():
    svg = sparkline([Decimal(1), None, Decimal(3), Decimal(2)], width=96, height=28)
    assert 'd="M3 25h.1M63 3L93 14"' in svg
    assert '<circle cx="93" cy="14"' in svg


def test_the_dot_stands_on_the_last_value_that_is_known():
    assert '<circle cx="3" cy="14"' in sparkline([5, None, None])


def test_equal_values_draw_a_level_line():
    assert 'd="M3 14L48 14L93 14"' in sparkline([7, 7, 7])


def test_nothing_known_draws_nothing():
    assert sparkline([]) == ""
    assert sparkline([None, None]) == ""
    assert trend_chart([("2017-01", None)]) == ""


def test_a_sparkline_is_an_ornament_unless_it_has_a_name():
    assert 'aria-hidden="true"' in sparkline([1, 2])
    named = sparkline([1, 2], label='近 12 个月 "t"')
    assert 'role="img" aria-label="近 12 个月 &quot;t&quot;"' in named
    assert "aria-hidden" not in named


def test_trend_writes_out_axis_limit_and_last_value():
    svg = trend_chart(MONTHS, threshold=85, unit="%", title="处理率")
    assert texts(svg) == [
        "84", "85", "86", "87", "88", "2017-01", "2017-02", "2017-03", "2017-04", "要求 ≥ 85%", "88%",
    ]  # fmt: skip
    assert "stroke-dasharray" in svg


def test_trend_says_its_figures_aloud_and_the_missing_one_as_missing():
    svg = trend_chart(MONTHS, threshold=85, unit="%", title="处理率")
    spoken = ElementTree.fromstring(svg).attrib["aria-label"]
    assert spoken == "处理率（%）：2017-01 84，2017-02 —，2017-03 86.5，2017-04 88；要求 ≥ 85%"


def test_a_missing_month_has_no_bar():
    svg = trend_chart(MONTHS, kind="bar")
    assert len(re.findall("<rect", svg)) == 3


def test_an_upper_limit_is_worded_as_one():
    assert "要求 ≤ 70dB" in trend_chart([("1 月", 68.3)], threshold=70, direction="le", unit="dB")


def test_labels_from_people_cannot_become_markup():
    svg = trend_chart([("<b>", 1), ("2", 2)], title="<i>", unit="&")
    assert "<b>" not in svg
    assert "<i>" not in svg
    ElementTree.fromstring(svg)


def test_many_labels_are_thinned_and_the_last_one_is_kept():
    svg = trend_chart([(f"2014-{n:02d}", n) for n in range(1, 61)])
    labels = [text for text in texts(svg) if text.startswith("2014-")]
    assert labels[-1] == "2014-60"
    assert len(labels) < 12
