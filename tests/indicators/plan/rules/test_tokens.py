from datetime import date

import pytest

from indicators.plan.rules.spans import Span
from indicators.plan.rules.tokens import Holder, expand, parse_token, unit_names

MAY = date(2017, 5, 31)
HOLDERS = [
    Holder(1, "responsible", "county", order=1),
    Holder(2, "responsible", "zone", order=2),
    Holder(3, "responsible", "bureau", order=3),
    Holder(4, "responsible", "county", Span(None, date(2017, 4, 30)), order=4),
    Holder(9, "lead", "bureau", order=1),
]


@pytest.mark.parametrize(
    ("token", "ids"),
    [
        ("counties", [1, 2]),
        ("responsible", [1, 2, 3]),
        ("lead", [9]),
        ("responsible+lead", [1, 2, 3, 9]),
        ("counties+lead+unit:市编办", [1, 2, 9, 7]),
        ("unit:市编办", [7]),
        ("lead + lead", [9]),
    ],
)
def test_tokens_resolve_against_duties_of_the_day(token, ids):
    assert expand(parse_token(token), HOLDERS, {"市编办": 7}, MAY) == ids


def test_a_duty_that_has_ended_counts_in_its_own_months():
    assert expand(parse_token("counties"), HOLDERS, {}, date(2017, 4, 30)) == [1, 2, 4]


@pytest.mark.parametrize(
    ("token", "figures", "material"),
    [
        ("responsible", [1, 2, 3], [1, 2, 3, 6, 5]),
        ("counties", [1, 2], [1, 2, 6]),
        ("lead", [9], [9]),
        ("lead+responsible+unit:市编办", [9, 1, 2, 3, 7], [9, 1, 2, 3, 6, 5, 7]),
    ],
)
def test_members_of_groups_owe_material_but_no_figures(token, figures, material):
    holders = [
        Holder(5, "member", "bureau", order=2),
        Holder(6, "member", "county", order=1),
        Holder(1, "member", "county", order=0),  # by itself, too
        Holder(8, "member", "bureau", Span(date(2017, 6, 1), None)),
        *HOLDERS,
    ]
    tokens, named = parse_token(token), {"市编办": 7}
    assert expand(tokens, holders, named, MAY) == figures
    assert expand(tokens, holders, named, MAY, with_members=True) == material


@pytest.mark.parametrize("token", ["", "county", "lead+", "unit:", "unit: ", "counties,lead"])
def test_malformed_tokens_are_refused(token):
    with pytest.raises(ValueError, match="应为 counties、responsible、lead 或 unit:单位全称"):
        parse_token(token)


def test_an_unknown_unit_is_named():
    with pytest.raises(KeyError, match="市天文局"):
        expand(parse_token("unit:市天文局"), HOLDERS, {}, MAY)


def test_units_named_directly():
    assert unit_names("counties+lead+unit:市编办") == ["市编办"]
    assert unit_names("responsible") == []
