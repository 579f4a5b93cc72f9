from __future__ import annotations

import pytest

from indicators.monitoring.rules.overlay import Clash, lay_over


@pytest.mark.parametrize(
    ("ground", "typed", "basis", "text", "changed", "clash", "moved"),
    [
        # what stands now, what was typed, what stood there → shown, the person's own, at odds, something else stands now
        ("7.8", "7.8", "7.8", "7.8", False, None, False),
        ("7.8", "7.9", "7.8", "7.9", True, None, False),
        ("", "7.9", "", "7.9", True, None, False),
        ("7.8", "", "7.8", "", True, None, False),  # made blank
        ("8.0", "7.8", "7.8", "8.0", False, None, True),  # not touched: the newer one
        ("8.0", "7.9", "7.8", "7.9", True, Clash("7.8", "8.0"), True),
        ("", "7.9", "7.8", "7.9", True, Clash("7.8", ""), True),
        ("8.0", "8.0", "7.8", "8.0", False, None, True),  # both say the same
    ],
)
def test_only_what_the_person_changed_is_theirs(
    ground: str, typed: str, basis: str, text: str, changed: bool, clash: Clash | None, moved: bool
) -> None:
    over = lay_over({"1:ph": ground}, {"1:ph": typed}, {"1:ph": basis} if basis else {}, proposed={})
    assert over.texts == {"1:ph": text}
    assert over.changed == ({"1:ph": text} if changed else {})
    assert over.clashes == ({"1:ph": clash} if clash else {})
    assert over.moved == ({"1:ph": ground} if moved else {})


def test_a_cell_that_nobody_typed_into_shows_what_stands() -> None:
    over = lay_over({"1:ph": "8.0", "1:do": "6"}, {}, {"1:ph": "7.8", "1:do": "6"}, proposed={})
    assert (over.texts, over.changed, over.moved) == ({"1:ph": "8.0", "1:do": "6"}, {}, {"1:ph": "8.0"})


def test_the_page_s_own_proposal_is_nobody_s_word() -> None:
    """A year's measurement is proposed for today, which is another day tomorrow."""
    over = lay_over(
        {"1:date": "2017-06-07"},
        {"1:date": "2017-05-20"},
        {"1:date": "2017-06-06"},
        proposed={"1:date": "2017-06-07"},
    )
    assert (over.texts, over.clashes) == ({"1:date": "2017-05-20"}, {})


def test_what_the_grid_no_longer_has_is_told() -> None:
    over = lay_over({"1:ph": ""}, {"2:ph": "7.8", "2:do": ""}, {"2:do": "6"}, proposed={})
    assert (over.texts, over.changed, over.gone) == ({"1:ph": ""}, {}, {"2:ph": "7.8"})
