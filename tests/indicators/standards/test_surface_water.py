"""GB 3838 classes: every limit of table 1, blanks, figures below detection, means."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.surface_water import (
    Measured,
    black_odorous,
    class_of,
    classify,
    mean_of,
    mean_sample,
    parse_measured,
    year_sample,
)
from indicators.standards.water_limits import LAKE, RIVER, TABLE_1, Parameter, parameters_of

DATA = Path(__file__).resolve().parents[2] / "data"
TINY = Decimal("0.000001")
CONCENTRATIONS = [code for code, parameter in TABLE_1.items() if parameter.better == "low"]


def figure(text: str) -> Measured:
    found = parse_measured(text)
    assert found is not None
    return found


def sample(**values: str) -> dict[str, Measured]:
    return {code: figure(text) for code, text in values.items()}


# Reading ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "below"),
    [
        ("0.031", "0.031", False),
        (" ７．６ ", "7.6", False),
        ("1e-3", "0.001", False),
        ("0", "0", False),
        ("0.01L", "0.01", True),
        ("0.01 l", "0.01", True),
        ("<0.01", "0.01", True),
        ("＜0.01", "0.01", True),
        ("< 0.00004", "0.00004", True),
        ("未检出", None, True),
        ("ND", None, True),
    ],
)
def test_reading(text: str, value: str | None, below: bool):
    assert parse_measured(text) == Measured(None if value is None else Decimal(value), below)


@pytest.mark.parametrize("text", ["", "  ", "-", "—", "/", "NA", "未监测"])
def test_a_blank_is_no_figure(text: str):
    assert parse_measured(text) is None


@pytest.mark.parametrize(
    "text",
    ["abc", "-0.1", "1,2", "NaN1", "Infinity", "0L", "<", "L", "1.2.3", "1_0", "٣", "0.01LL", "<-1", "约0.5"],
)
def test_anything_else_is_refused_in_words(text: str):
    with pytest.raises(ValueError, match="“"):
        parse_measured(text)


@given(st.decimals("0.00001", "1000", places=5))
def test_what_is_written_is_read_again(value: Decimal):
    for measured in (Measured(value), Measured(value, below=True)):
        assert parse_measured(str(measured)) == measured
    assert parse_measured(str(Measured(None, below=True))) == Measured(None, below=True)


# Classes ----------------------------------------------------------------------------------------------


def first_class(parameter: Parameter, limit: Decimal) -> int:
    """Limits repeat (COD 15, 15): the first class that has it."""
    return parameter.limits.index(limit) + 1


@pytest.mark.parametrize("kind", [RIVER, LAKE])
@pytest.mark.parametrize("code", CONCENTRATIONS)
def test_every_limit_belongs_to_its_class_and_a_trace_more_to_the_next(code: str, kind):
    parameter = parameters_of(kind)[code]
    for limit in parameter.limits:
        last = max(number for number, one in enumerate(parameter.limits, start=1) if one == limit)
        assert class_of(parameter, Measured(limit)) == first_class(parameter, limit)
        assert class_of(parameter, Measured(limit + TINY)) == last + 1
    assert class_of(parameter, Measured(Decimal(0))) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 1), ("7.5", 1), ("7.49", 2), ("6", 2), ("5.99", 3), ("5", 3), ("4.99", 4), ("3", 4), ("2.99", 5),
        ("2", 5), ("1.99", 6), ("0", 6),
    ],
)  # fmt: skip
def test_oxygen_has_lower_limits(value: str, expected: int):
    assert classify(sample(do=value), RIVER).water_class == expected


@pytest.mark.parametrize(("value", "expected"), [("6", 1), ("9", 1), ("7.3", 1), ("5.99", 6), ("9.01", 6)])
def test_ph_outside_6_to_9_is_worse_than_v(value: str, expected: int):
    assert classify(sample(ph=value), RIVER).water_class == expected


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("codmn", "2/4/6/10/15"), ("cod", "15/15/20/30/40"), ("bod5", "3/3/4/6/10"), ("nh3n", "0.15/0.5/1.0/1.5/2.0"),
        ("tp", "0.02/0.1/0.2/0.3/0.4"), ("cu", "0.01/1/1/1/1"), ("zn", "0.05/1/1/2/2"), ("f", "1/1/1/1.5/1.5"),
        ("se", "0.01/0.01/0.01/0.02/0.02"), ("as", "0.05/0.05/0.05/0.1/0.1"), ("hg", "0.00005/0.00005/0.0001/0.001/0.001"),
        ("cd", "0.001/0.005/0.005/0.005/0.01"), ("cr6", "0.01/0.05/0.05/0.05/0.1"), ("pb", "0.01/0.01/0.05/0.05/0.1"),
        ("cn", "0.005/0.05/0.2/0.2/0.2"), ("phenol", "0.002/0.002/0.005/0.01/0.1"), ("oil", "0.05/0.05/0.05/0.5/1.0"),
        ("las", "0.2/0.2/0.2/0.3/0.3"), ("sulfide", "0.05/0.1/0.2/0.5/1.0"),
    ],
)  # fmt: skip
def test_the_table_is_the_standards(code: str, limits: str):
    assert TABLE_1[code].limits == tuple(map(Decimal, limits.split("/")))


def test_lakes_have_their_own_phosphorus_and_nothing_else():
    assert parameters_of(LAKE)["tp"].limits == tuple(map(Decimal, ("0.01", "0.025", "0.05", "0.1", "0.2")))
    assert {code for code in TABLE_1 if parameters_of(LAKE)[code] != TABLE_1[code]} == {"tp"}
    assert len(TABLE_1) == 21
    with pytest.raises(ValueError, match="没有“pond”"):
        parameters_of("pond")  # type: ignore[arg-type]


def test_the_worst_single_parameter_decides():
    found = classify(sample(ph="7.5", do="8", codmn="6.14", nh3n="0.1", tp="0.3"), RIVER)
    assert (found.water_class, found.decided_by, found.measured) == (4, ("codmn", "tp"), 5)
    assert found.by_parameter == {"ph": 1, "do": 1, "codmn": 4, "nh3n": 1, "tp": 4}
    assert (found.meets(4), found.meets(3)) == (True, False)


def test_a_section_without_a_figure_has_no_class():
    found = classify({}, RIVER)
    assert (found.water_class, found.decided_by, found.measured, found.meets(3)) == (None, (), 0, None)


def test_nitrogen_temperature_and_coliforms_take_no_part():
    assert classify(sample(tn="9", wt="40", fc="100000", codmn="1"), RIVER).decided_by == ("codmn",)


def test_below_detection_complies_even_where_the_limit_is_coarser_than_the_class():
    assert classify(sample(hg="0.01L", codmn="3"), RIVER).by_parameter == {"codmn": 2, "hg": 1}
    assert classify(sample(phenol="未检出"), RIVER).water_class == 1


@pytest.mark.parametrize("code", ["do", "ph"])
def test_below_detection_says_nothing_good_of_oxygen_or_ph(code: str):
    with pytest.raises(ValueError, match=r"不能是“0\.5L”"):
        classify(sample(**{code: "0.5L"}), RIVER)


@given(st.sampled_from(CONCENTRATIONS), st.decimals("0", "50", places=5), st.decimals("0", "50", places=5))
def test_more_is_never_better(code: str, one: Decimal, other: Decimal):
    low, high = sorted((one, other))
    assert class_of(TABLE_1[code], Measured(low)) <= class_of(TABLE_1[code], Measured(high))


def test_every_published_class_comes_out():
    with open(DATA / "sections_sample.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        figures = {code: parse_measured(row[code]) for code in ("ph", "do", "codmn", "nh3n", "tp")}
        measured = {code: value for code, value in figures.items() if value is not None}
        found[row["section"]] = classify(measured, row["kind"]).water_class  # type: ignore[arg-type]
    assert found == {row["section"]: int(row["published_class"]) for row in rows}
    assert len(found) == 18


# Means ------------------------------------------------------------------------------------------------


def test_below_detection_is_half_its_limit_in_a_mean():
    figures = [figure("0.05L"), figure("0.075"), figure("0.1")]
    assert mean_of(figures, TABLE_1["nh3n"]) == Measured(Decimal("0.2") / 3)


def test_not_detected_takes_the_limit_of_the_method():
    assert mean_of([figure("未检出"), figure("0.1")], TABLE_1["oil"]) == Measured(Decimal("0.0525"))


def test_all_below_stays_below():
    assert mean_of([figure("0.01L"), figure("0.02L")], TABLE_1["oil"]) == Measured(
        Decimal("0.02"), below=True
    )
    assert mean_of([figure("未检出")], TABLE_1["oil"]) == Measured(Decimal("0.01"), below=True)


def test_no_mean_of_nothing_and_none_of_oxygen_below_detection():
    with pytest.raises(ValueError, match="没有数据"):
        mean_of([], TABLE_1["oil"])
    with pytest.raises(ValueError, match="溶解氧不能是"):
        mean_of([figure("<0.5"), figure("3")], TABLE_1["do"])


def test_each_parameter_takes_the_samples_that_measured_it():
    found = mean_sample([sample(codmn="2", fe="0.1"), sample(codmn="4"), {}])
    assert found == {"codmn": Measured(Decimal(3)), "fe": Measured(Decimal("0.1"))}
    assert mean_sample([]) == {}


def test_the_year_is_the_mean_of_its_months():
    """Three samples in one month weigh as much as one in another."""
    rows = [(1, sample(codmn="2")), (1, sample(codmn="2")), (1, sample(codmn="2")), (2, sample(codmn="6"))]
    assert year_sample(rows) == {"codmn": Measured(Decimal(4))}


# Black and odorous ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "at_limit", "beyond"),
    [("transparency_cm", "25", "24.9"), ("do", "2", "1.99"), ("orp_mv", "50", "49"), ("nh3n", "8", "8.01")],
)
def test_black_and_odorous_limits(code: str, at_limit: str, beyond: str):
    assert black_odorous({code: Decimal(at_limit)}) == ()
    assert black_odorous({code: Decimal(beyond), "other": None}) == (code,)


def test_a_negative_potential_is_measured():
    assert black_odorous({"orp_mv": Decimal(-120), "do": Decimal(5)}) == ("orp_mv",)


def test_nothing_measured_says_nothing():
    assert black_odorous({"do": None}) is None
