"""Names, codes, lights and matching on plain values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.campaigns.rules.codes import credit_code_fault, plain_code, with_check_sign
from projects.campaigns.rules.matching import Known, match
from projects.campaigns.rules.names import Pool, name_key
from projects.campaigns.rules.sheets import Line
from projects.campaigns.rules.standing import Counts, Light, Target, standing
from projects.campaigns.rules.ticking import what_is_missing

FIRM = "六盘水宏盛煤焦化有限公司"


@pytest.mark.parametrize(
    "spelling",
    [
        "六盘水宏盛煤焦化有限责任公司",
        " 六盘水 宏盛煤焦化有限公司　",
        "六盘水（宏盛）煤焦化有限公司",
        "六盘水(宏盛)煤焦化有限公司",
        "六盘水【宏盛】煤焦化有限公司",
        "六盘水·宏盛煤焦化有限公司",
    ],
)
def test_spellings_of_one_firm_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == FIRM


def test_width_and_case_do_not_matter() -> None:
    assert name_key("Ａ１ Cement有限公司") == name_key("a1cement有限责任公司") == "a1cement有限公司"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("六盘水鸿盛煤焦化有限公司", FIRM),  # one character of twelve
        ("宏盛煤焦化有限公司", FIRM),  # the city before it left out
        ("钟山区第二小学", None),  # only the number differs: another school
        ("六盘水宏盛水泥有限公司", None),
    ],
)
def test_near_names(name: str, near: str | None) -> None:
    pool = Pool(places=["六盘水市", "六盘水"])
    for one in (FIRM, "钟山区第一小学"):
        pool.add(name_key(one), ["here"])
    found = pool.nearest(name_key(name), ["here"])
    assert (found.key if found else None) == near
    assert pool.nearest(name_key(name), ["elsewhere"]) is None


def test_how_near_is_near_is_asked_for() -> None:
    """One character of twelve differs: 92 %."""
    for near, doubted in ((60, True), (91, True), (93, False), (100, False)):
        pool = Pool(near=near)
        pool.add(FIRM, ["here"])
        assert (pool.nearest(name_key("六盘水鸿盛煤焦化有限公司"), ["here"]) is not None) == doubted, near


# The example of GB 32100-2015 and real public codes would do; these are the standard's own alphabet and weights.
@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 16))
def test_check_sign_finds_every_wrong_character(body: str, place: int) -> None:
    code = with_check_sign(body)
    assert credit_code_fault(code) == ""
    other = "1" if code[place] != "1" else "2"
    assert "校验位" in credit_code_fault(code[:place] + other + code[place + 1 :])


def test_codes_as_people_write_them() -> None:
    assert plain_code(" ９１35０１00m000100y43 ") == "91350100M000100Y43"
    assert credit_code_fault("91350100M000100Y43") == ""  # GB 32100-2015, the usual example
    assert credit_code_fault("91350100M000100Y4") == "统一社会信用代码应有 18 位，这里有 17 位"
    assert credit_code_fault("91350100M000100YI3") == "统一社会信用代码里不会有“I”"


START, DUE = date(2017, 1, 1), date(2017, 8, 31)
SHARE = Target("share", Decimal(100), START, DUE)


@pytest.mark.parametrize(
    ("counts", "target", "open_lists", "today", "light"),
    [
        (Counts(), SHARE, 2, date(2017, 6, 6), Light.NO_LIST),
        (Counts(), SHARE, 2, date(2017, 9, 1), Light.LATE),
        (Counts(open=1, verified=9), SHARE, 0, date(2017, 6, 6), Light.GOING),
        (Counts(open=9, verified=1), SHARE, 0, date(2017, 6, 6), Light.BEHIND),
        (Counts(verified=10), SHARE, 0, date(2017, 6, 6), Light.DONE),
        (Counts(verified=10), SHARE, 1, date(2017, 6, 6), Light.GOING),  # who knows of how many
        (Counts(ticked=1, verified=9), SHARE, 0, DUE, Light.BEHIND),
        (Counts(ticked=1, verified=9), SHARE, 0, date(2017, 9, 1), Light.LATE),
        (Counts(verified=21), Target("count", Decimal(21), START, DUE), 3, DUE, Light.DONE),
        (
            Counts(verified=20, open=5),
            Target("count", Decimal(21), START, DUE),
            0,
            date(2017, 6, 6),
            Light.GOING,
        ),
        (Counts(verified=9, open=1), Target("share", Decimal(90), START, DUE), 0, DUE, Light.DONE),
    ],
)
def test_lights(counts: Counts, target: Target, open_lists: int, today: date, light: Light) -> None:
    found = standing(counts, target, open_lists=open_lists, today=today, behind_points=Decimal(10))
    assert found.light == light


def test_no_list_is_no_percentage() -> None:
    found = standing(Counts(), SHARE, open_lists=1, today=DUE, behind_points=Decimal(10))
    assert (found.percent, found.asked) == (None, None)


def test_what_is_missing_names_proofs_and_hours() -> None:
    asked = {"measure": "每学年课时", "unit": "课时", "minimum": Decimal(12)}
    assert what_is_missing(["课表"], {"课表"}, value=Decimal(12), **asked) == []
    assert what_is_missing(["课表"], (), value=Decimal("11.5"), **asked) == [
        "缺“课表”",
        "每学年课时 11.5 课时，不到 12 课时",
    ]
    assert what_is_missing([], (), value=None, **asked) == ["没有填每学年课时"]


# Matching -------------------------------------------------------------------------------------------------


def line(number: int, name: str, code: str = "", unit: int = 1, **more) -> Line:
    return Line("名单", number, name, name_key(name), code, unit, **more)


def known(pk: int, name: str, code: str = "", unit: int = 1, **more) -> Known:
    spellings = frozenset([name, *more.pop("aliases", [])])
    return Known(pk, name, name_key(name), code, unit, None, "", "", None, "", spellings, **more)


def compare(lines, there=(), decisions=None, columns=("name", "code", "remark")):
    return match(lines, there, columns=columns, decisions=decisions or {}, county_of_unit={1: 1, 2: 2})


def test_a_second_spelling_waits_for_a_decision() -> None:
    there = [known(7, FIRM)]
    [doubt] = compare([line(2, "六盘水宏盛煤焦化有限责任公司")], there).doubts
    assert (doubt.known, doubt.why, doubt.decision) == (7, "名称只是写法不同", "")
    same = compare([line(2, "六盘水宏盛煤焦化有限责任公司")], there, {"名单:2": "same"})
    [change] = same.changes
    assert (change.known.pk, change.alias, change.fields, same.fresh) == (
        7,
        "六盘水宏盛煤焦化有限责任公司",
        {},
        [],
    )
    apart = compare([line(2, "六盘水宏盛煤焦化有限责任公司")], there, {"名单:2": "apart"})
    assert [(one.name, number) for one, number, _ in apart.fresh] == [("六盘水宏盛煤焦化有限责任公司", 1)]


def test_two_spellings_within_one_file() -> None:
    lines = [line(2, FIRM), line(3, "六盘水宏盛煤焦化有限责任公司", remark="二厂")]
    [doubt] = compare(lines).doubts
    assert (doubt.known, doubt.earlier) == (None, "名单:2")
    [(first, _, aliases)] = compare(lines, decisions={"名单:3": "same"}).fresh
    assert (first.name, first.remark, aliases) == (FIRM, "二厂", ["六盘水宏盛煤焦化有限责任公司"])
    again = compare(lines, [known(7, FIRM, aliases=["六盘水宏盛煤焦化有限责任公司"])], columns=("name",))
    assert (again.same, again.changes, again.doubts, again.clashes) == (2, [], [], [])


def test_the_code_says_who_it_is_whatever_the_name() -> None:
    [change] = compare([line(2, "改了名的厂", "X1")], [known(7, FIRM, "X1")]).changes
    assert change.fields == {"name": (FIRM, "改了名的厂")}


def test_what_is_verified_is_not_changed_by_a_file() -> None:
    found = compare([line(2, FIRM, "X2")], [known(7, FIRM, fixed=True)])
    assert (len(found.fixed), found.changes) == (1, [])


def test_the_same_name_in_another_county_is_another_member() -> None:
    found = compare([line(2, "中心小学", unit=2)], [known(7, "中心小学", unit=1)])
    assert (len(found.fresh), found.doubts) == (1, [])
