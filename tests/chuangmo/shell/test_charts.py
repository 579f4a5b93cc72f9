"""The small line: what is missing stays a gap, and a named one can be read aloud."""

from decimal import Decimal

from chuangmo.shell.charts import line_path, sparkline


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


def test_a_sparkline_is_an_ornament_unless_it_has_a_name():
    assert 'aria-hidden="true"' in sparkline([1, 2])
    named = sparkline([1, 2], label='近 12 个月 "t"')
    assert 'role="img" aria-label="近 12 个月 &quot;t&quot;"' in named
    assert "aria-hidden" not in named
