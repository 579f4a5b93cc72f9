"""SITES: sections, sources and firms — at the limit, missing, not sampled, stood still, watched (domain.md §3, §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from indicators.assessment.rules import ElementMeta, FigureInput, Status

from .cast import month, quarter
from .measured import FIRMS, SECTIONS, SOURCES, firm_test, part_of, sample, site, verdict

RIVER = {"kind": "section", "water_body": "river", "target_class": 3, "unit": "钟山区"}
THREE = [site("s1", name="德坞河", **RIVER), site("s2", name="响水河", **RIVER)]


def sampled(codes=("s1", "s2"), months=range(1, 5), **values):
    return [sample(code, f"2017-{number:02d}-08", **values) for code in codes for number in months]


# Sections -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nh3n", "status", "text"),
    [("0.9", Status.MET, "100.00%"), ("1.0", Status.MET, "100.00%"), ("1.01", Status.MISSED, "0.00%")],
)
def test_a_section_at_the_limit_of_its_class(nh3n, status, text):
    found = part_of(SECTIONS, "2017-04-30", sites=THREE, samples=sampled(nh3n=nh3n, do="7.5"))
    assert (found.status, found.text, found.provisional) == (status, text, True)


def test_a_section_is_judged_by_the_mean_of_its_months_and_months_by_themselves():
    samples = [
        sample("s1", "2017-01-08", nh3n="1.6"),  # worse than III
        *sampled(("s1",), range(2, 5), nh3n="0.5"),
        *sampled(("s2",), nh3n="0.5"),
    ]
    found = part_of(SECTIONS, "2017-04-30", sites=THREE, samples=samples)
    assert (found.status, found.text) == (Status.MET, "100.00%")
    assert "月达标率：7 ÷ 8 断面月 × 100 = 87.50%" in found.formula
    assert [row.text for row in found.steps[0].inputs] == ["Ⅴ类", "Ⅱ类", "Ⅱ类", "Ⅱ类"]


def test_a_failing_section_is_named_with_its_class_and_figure():
    samples = [*sampled(("s1",), nh3n="1.31", tp="0.1"), *sampled(("s2",), nh3n="0.2")]
    found = part_of(SECTIONS, "2017-04-30", sites=THREE, samples=samples)
    assert (found.status, found.value) == (Status.MISSED, Decimal(50))
    assert found.remark == "德坞河Ⅳ类（目标Ⅲ类，氨氮 1.31 mg/L）；月达标率 50.00%（4/8 断面月）"


def test_a_section_never_sampled_is_named_and_counted_neither_way():
    found = part_of(SECTIONS, "2017-05-31", sites=THREE, samples=sampled(("s1",), nh3n="0.2"))
    assert (found.status, found.text) == (Status.PARTIAL, "100.00%")
    assert [one.text for one in found.missing] == [
        "市环保局（响水河） 2017年4月 断面水质监测数据（2017年1月以来从未监测）"
    ]


def test_a_month_not_sampled_is_missing_once_it_is_due():
    samples = [*sampled(("s1",), nh3n="0.2"), *sampled(("s2",), (1, 2, 4), nh3n="0.2")]
    found = part_of(SECTIONS, "2017-05-31", sites=THREE, samples=samples)
    assert found.status is Status.PARTIAL
    assert [(one.site, one.period.code) for one in found.missing] == [("s2", "2017-03")]


def test_a_month_not_due_yet_is_left_out():
    samples = [*sampled(nh3n="0.2"), sample("s1", "2017-05-08", nh3n="9")]
    found = part_of(SECTIONS, "2017-05-31", sites=THREE, samples=samples)
    assert (found.status, found.cut) == (Status.MET, date(2017, 4, 30))


def test_a_failing_section_fails_whatever_is_missing_elsewhere():
    found = part_of(SECTIONS, "2017-05-31", sites=THREE, samples=sampled(("s1",), nh3n="3"))
    assert (found.status, len(found.missing)) == (Status.MISSED, 1)


def test_below_detection_complies_and_counts_half_in_the_mean():
    samples = sampled(("s1",), (1, 2, 3), nh3n="0.02L") + sampled(("s1",), (4,), nh3n="0.57")
    found = part_of(SECTIONS, "2017-04-30", sites=THREE[:1], samples=samples)
    assert found.steps[0].text == "Ⅰ类"  # (3 × 0.01 + 0.57) ÷ 4 = 0.15
    assert "氨氮 0.15 mg/L" in found.steps[0].formula


def test_lakes_have_their_own_phosphorus():
    lake = {**RIVER, "water_body": "lake"}
    given = {"sites": [site("l", **lake)], "samples": sampled(("l",), tp="0.06")}
    assert part_of(SECTIONS, "2017-04-30", **given).status is Status.MISSED
    given["sites"] = [site("l", **RIVER)]
    assert part_of(SECTIONS, "2017-04-30", **given).status is Status.MET


def test_only_outflow_sections_count_for_the_outflow():
    sites = [site("in", **RIVER), site("out", is_outflow=True, **RIVER)]
    samples = [*sampled(("in",), nh3n="9"), *sampled(("out",), nh3n="0.2")]
    outflow = {**SECTIONS, "measure": "outflow"}
    assert part_of(outflow, "2017-04-30", sites=sites, samples=samples).status is Status.MET
    assert part_of(SECTIONS, "2017-04-30", sites=sites, samples=samples).status is Status.MISSED


def test_a_pond_is_watched_but_not_counted():
    sites = [THREE[0], site("p", "pond", name="明湖")]
    samples = [*sampled(("s1",), nh3n="0.2"), sample("p", "2017-04-09", transparency_cm="20", do="6")]
    found = part_of(SECTIONS, "2017-04-30", sites=sites, samples=samples)
    assert (found.status, found.text) == (Status.MET, "100.00%")
    assert [(one.text, one.status) for one in found.steps][1] == ("疑似黑臭", Status.NOT_APPLICABLE)
    assert found.remark == "月达标率 100.00%（4/4 断面月）；明湖疑似黑臭"


def test_no_section_with_a_class_is_a_gap():
    found = part_of(SECTIONS, "2017-05-31", sites=[site("s", "section")], samples=sampled(("s",), nh3n="1"))
    assert (found.status, found.value) == (Status.PARTIAL, None)
    assert "没有登记有水质目标的断面" in found.missing[0].text


def test_quarterly_sampling_needs_one_sample_a_quarter():
    quarterly = {**SECTIONS, "sampled": "quarter"}
    samples = sampled(("s1", "s2"), (2,), nh3n="0.2")
    assert part_of(quarterly, "2017-05-31", sites=THREE, samples=samples).status is Status.MET
    late = part_of(quarterly, "2017-07-31", sites=THREE, samples=samples)
    assert {one.period.code for one in late.missing} == {"2017Q2"}


# Sources --------------------------------------------------------------------------------------------------

TWO = [site("w1", "source", name="双桥水库", water_body="lake"), site("w2", "source", name="窑上水库")]
FIGURES = {
    "i09.intake": ElementMeta("i09.intake", "取水量", "万m³"),
    "i09.compliant": ElementMeta("i09.compliant", "达标", "是否", over_time="last", over_units="only"),
}


def drawn(code, number, volume, **values):
    return sample(code, f"2017-{number:02d}-09", volume=volume, **values)


def test_compliance_is_weighed_by_volume():
    samples = [
        *(drawn("w1", number, 300, nh3n="0.2") for number in range(1, 5)),
        *(drawn("w2", number, 100, nh3n="0.2") for number in range(1, 4)),
        drawn("w2", 4, 100, mn="0.2"),
    ]
    found = part_of({**SOURCES, "limit": "95"}, "2017-04-30", sites=TWO, samples=samples)
    assert (found.status, found.text) == (Status.MISSED, "93.75%")
    assert found.remark == "窑上水库 2017年4月超标：锰"
    strict = part_of({**SOURCES, "limit": "90"}, "2017-04-30", sites=TWO, samples=samples)
    assert strict.status is Status.MET


def test_figures_give_volume_and_conclusion_where_nothing_was_measured():
    figures = [
        FigureInput(code, "市环保局", month(2017, number), Decimal(value), site="w1", figure_id=number)
        for number in range(1, 5)
        for code, value in (("i09.intake", 300), ("i09.compliant", 0 if number == 4 else 1))
    ]
    part = {**SOURCES, "reads": ["i09.intake", "i09.compliant"]}
    found = part_of(part, "2017-04-30", sites=TWO[:1], inputs={"figures": figures, "elements": FIGURES})
    assert (found.status, found.text) == (Status.MISSED, "75.00%")
    assert set(found.figure_ids) == {1, 2, 3, 4}


def test_measured_values_go_before_a_conclusion_but_not_for_groundwater():
    values = {"volume": 10, "nh3n": "3", "conclusion": "yes"}
    surface = part_of(SOURCES, "2017-01-31", sites=TWO[:1], samples=[sample("w1", "2017-01-09", **values)])
    well = [site("g", "source", water_body="ground")]
    ground = part_of(SOURCES, "2017-01-31", sites=well, samples=[sample("g", "2017-01-09", **values)])
    assert (surface.status, ground.status) == (Status.MISSED, Status.MET)


def test_a_volume_without_a_judgement_is_missing():
    samples = [drawn("w1", 1, 300, nh3n="0.2"), drawn("w2", 1, 100)]
    found = part_of(SOURCES, "2017-02-28", sites=TWO, samples=samples)
    assert (found.status, found.text) == (Status.PARTIAL, "100.00%")
    assert [one.text for one in found.missing] == ["市环保局（窑上水库） 2017年1月 水质监测数据或达标结论"]


def test_a_source_that_gave_nothing_needs_no_sample():
    samples = [drawn("w1", 1, 300, nh3n="0.2"), drawn("w2", 1, 0)]
    assert part_of(SOURCES, "2017-01-31", sites=TWO, samples=samples).status is Status.MET


# Firms ----------------------------------------------------------------------------------------------------

FIRM_SITES = [site(code, "firm", name=f"{code}厂") for code in ("甲", "乙", "丙")]


@pytest.mark.parametrize(
    ("tests", "status", "text"),
    [
        ([True, True, True], Status.MET, "100.00%"),
        ([True, True, False], Status.MISSED, "66.67%"),
        ([True, True, None], Status.MET, "100.00%"),  # stood still: leaves the count
        ([True, None, False], Status.MISSED, "50.00%"),
        ([None, None, None], Status.NOT_APPLICABLE, "—"),
    ],
)
def test_firms_in_production_with_every_test_compliant(tests, status, text):
    given = [firm_test(firm.code, 1, tested) for firm, tested in zip(FIRM_SITES, tests, strict=True)]
    found = part_of(FIRMS, "2017-03-31", sites=FIRM_SITES, tests=given)
    assert (found.status, found.text) == (status, text)


def test_a_firm_not_tested_is_incomplete_never_compliant():
    given = [firm_test(firm.code, 1, True) for firm in FIRM_SITES[:2]]
    found = part_of(FIRMS, "2017-04-30", sites=FIRM_SITES, tests=given)
    assert (found.status, found.text) == (Status.PARTIAL, "100.00%")
    assert [(one.site, one.period.code) for one in found.missing] == [("丙", "2017Q1")]
    assert part_of(FIRMS, "2017-03-31", sites=FIRM_SITES, tests=given).status is Status.NONE


def test_one_bad_quarter_stays_bad():
    given = [firm_test("甲", 1, False), firm_test("甲", 2, True)]
    assert part_of(FIRMS, "2017-06-30", sites=FIRM_SITES[:1], tests=given).status is Status.MISSED


@pytest.mark.parametrize(
    ("tests", "compliant", "answer", "status"),
    [
        (3, 3, "value", Status.MET),
        (3, 2, "value", Status.MISSED),
        (0, 0, "value", Status.PARTIAL),
        (None, None, "not_applicable", Status.NOT_APPLICABLE),
    ],
)
def test_reported_tests_stand_in_for_readings(tests, compliant, answer, status):
    first = quarter(2017, 1)
    figures = [
        FigureInput(
            code, "市环保局", first, None if value is None else Decimal(value), answer, site="甲", figure_id=1
        )
        for code, value in (("i15.tests", tests), ("i15.tests_compliant", compliant))
    ]
    metas = {
        code: ElementMeta(code, code, "次", frequency="quarter")
        for code in ("i15.tests", "i15.tests_compliant")
    }
    part = {**FIRMS, "reads": ["i15.tests", "i15.tests_compliant"]}
    found = part_of(part, "2017-04-30", sites=FIRM_SITES[:1], inputs={"figures": figures, "elements": metas})
    assert found.status is status


def test_the_digest_follows_the_readings():
    one = verdict(FIRMS, "2017-03-31", sites=FIRM_SITES[:1], tests=[firm_test("甲", 1, True)])
    other = verdict(FIRMS, "2017-03-31", sites=FIRM_SITES[:1], tests=[firm_test("甲", 1, False)])
    later = [firm_test("甲", 1, True), firm_test("甲", 3, False)]
    same = verdict(FIRMS, "2017-03-31", sites=FIRM_SITES[:1], tests=later)
    assert one.inputs_digest != other.inputs_digest
    assert one.inputs_digest == same.inputs_digest  # a reading after the as-of day is not looked at
