"""Small worlds for each way in which a part can come out, judged by the engine: (name, rule, inputs, day)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any, NamedTuple

from indicators.assessment.rules import ChecklistInput, FigureInput, IndicatorRule, Inputs, Readings, assess
from tests.indicators.assessment.rules import cast, measured
from tests.indicators.assessment.rules.cast import (
    COUNTIES,
    LATEST,
    YEAR,
    day,
    figures,
    meta,
    months,
    owed,
    rule,
    year,
)

FALLS = {"kind": "falls", "falls": 3}
THREE_YEARS = {"kind": "years_before", "years": 3}
SCHOOL = {"kind": "school_year"}
_ids = count(1)


class Case(NamedTuple):
    """One indicator of the workbook."""

    name: str
    rule: IndicatorRule
    inputs: Inputs
    as_of: date

    def row(self, number: int) -> dict[str, Any]:
        """As the snapshot's chapter holds it."""
        from archives.books.queries.indicator import indicator_inputs

        result = assess(self.rule, self.inputs, self.as_of).to_json()
        named = {"number": number, "name": self.name, "short_name": self.name, "category": "例"}
        return named | indicator_inputs(self.rule, self.inputs, result, self.as_of)


def numbered(rows: list[FigureInput]) -> list[FigureInput]:
    """Each figure with an id of its own, as rows of the database have."""
    return [
        FigureInput(one.element, one.unit, one.period, one.value, one.answer, one.site, next(_ids))
        for one in rows
    ]


def of(
    name: str,
    parts: Any,
    metas: list[Any],
    given: list[FigureInput],
    expected: Any = (),
    at: str = "2017-05-31",
    **more: Any,
) -> Case:
    read = (
        parts
        if isinstance(parts, IndicatorRule)
        else rule(*parts)
        if isinstance(parts, tuple)
        else rule(parts)
    )
    fields = more.pop("fields", {})
    inputs = Inputs(2017, {one.code: one for one in metas}, numbered(given), expected, **fields, **more)
    return Case(name, read, inputs, day(at))


def shares(
    name: str, treated: Any, produced: Any, *, gone: dict[str, Any] | None = None, **fields: Any
) -> Case:
    """RATE of indicator 18 with the counties' months."""
    kept = months(2017, 1, 4)
    rows = [*figures("i18.treated", kept, treated), *figures("i18.produced", kept, produced)]
    rows = cast.without(rows, **gone) if gone else rows
    expected = [*owed("i18.treated", months(2017)), *owed("i18.produced", months(2017))]
    return of(name, cast.rate(**fields), [cast.TREATED, cast.PRODUCED], rows, expected)


def amounts() -> Iterator[Case]:
    """T, RATE, SURVEY."""
    yield shares("达标", 92, 100)
    yield shares("临界", "86.123456", 100)
    yield shares("恰在限值", 85, 100)
    yield shares("不达标", 80, 100)
    yield shares("分母为零", 0, 0)
    yield shares("缺一县", 92, 100, gone={"unit": "盘县"})
    yield shares("缺一县一边", 92, 100, gone={"unit": "盘县", "element": "i18.treated"})
    yield shares("修约后达标", "84.996", 100, rounding={"mode": "rounded", "places": 1})
    none = FigureInput("i18.treated", "六枝特区", months(2017, 1, 1)[0], None, "none")
    skipped = FigureInput("i18.produced", "六枝特区", months(2017, 1, 1)[0], None, "not_applicable")
    yield of(
        "无与不适用",
        cast.rate(),
        [cast.TREATED, cast.PRODUCED],
        [
            none,
            skipped,
            *figures("i18.treated", months(2017, 2, 4), 95),
            *figures("i18.produced", months(2017, 2, 4), 100),
        ],
    )
    factors = {**cast.rate(), "numerator": "i16.gas * 13.3 + i16.clean_other", "denominator": "i16.final"}
    yield of(
        "带系数",
        factors,
        [meta("i16.gas"), meta("i16.clean_other"), meta("i16.final", frequency="month")],
        [
            *figures("i16.gas", months(2017, 1, 4), 3),
            *figures("i16.clean_other", months(2017, 1, 4), 60),
            *figures("i16.final", months(2017, 1, 4), 110),
        ],
    )
    stock = {
        "code": "cover",
        "name": "绿化",
        "kind": "T",
        "numerator": "i13.cover",
        "denominator": "i13.built",
        "scale": "100",
        "op": ">=",
        "limit": "35",
        "unit": "%",
        "window": LATEST,
        "margin_pct": "5",
    }
    stocks = [
        meta("i13.cover", over_time="last", frequency="year"),
        meta("i13.built", over_time="last", frequency="year"),
    ]
    yield of(
        "存量取最近",
        stock,
        stocks,
        [
            *figures("i13.cover", [year(2015), year(2016)], [30, 40], ("市城管局",)),
            *figures("i13.built", [year(2015), year(2016)], [100, 110], ("市城管局",)),
        ],
    )
    per_head = {
        **stock,
        "code": "per_head",
        "name": "人均",
        "scale": "1",
        "limit": "i13.mean",
        "unit": "m²/人",
    }
    mean = meta("i13.mean", over_time="last", over_units="only", frequency="year")
    yield of(
        "限值是另一个数，任一达到",
        rule(stock, per_head, combine={"op": "any", "of": ["cover", "per_head"]}),
        [*stocks, mean],
        [
            *figures("i13.cover", [year(2016)], 20, ("市城管局",)),
            *figures("i13.built", [year(2016)], 1, ("市城管局",)),
            *figures("i13.mean", [year(2016)], "13.7", ("市统计局",)),
        ],
    )
    overdue = {
        "code": "overdue",
        "name": "超期贮存",
        "kind": "T",
        "amount": "i20.overdue",
        "op": "=",
        "limit": "0",
        "unit": "t",
        "window": LATEST,
    }
    element = meta("i20.overdue", over_time="last")
    april = months(2017, 4, 4)
    yield of("零值达标", overdue, [element], figures("i20.overdue", april, 0))
    yield of(
        "已超过，缺报也不改",
        overdue,
        [element],
        cast.without(figures("i20.overdue", april, 2), unit="盘县"),
        owed("i20.overdue", april),
    )
    yield of(
        "未超过，缺报",
        overdue,
        [element],
        cast.without(figures("i20.overdue", april, 0), unit="盘县"),
        owed("i20.overdue", april),
    )
    hours = {
        "code": "hours",
        "name": "课时",
        "kind": "T",
        "amount": "i25.hours",
        "op": ">=",
        "limit": "12",
        "unit": "课时",
        "window": SCHOOL,
        "paced": True,
    }
    lessons = meta("i25.hours", over_units="min", measure="课时")
    kept = [*months(2016, 9, 12), *months(2017, 1, 4)]
    yield of(
        "最少者按时序",
        hours,
        [lessons],
        [
            *figures("i25.hours", kept, "1.5", COUNTIES[1:]),
            *figures("i25.hours", kept, "1.125", COUNTIES[:1]),
        ],
    )
    few = [*figures("i25.hours", kept, 2, COUNTIES[1:3]), *figures("i25.hours", kept, "0.5", COUNTIES[:1])]
    yield of("最少者不足，别处缺报", hours, [lessons], few, owed("i25.hours", kept))
    some = [
        *figures("i25.hours", kept, 2, COUNTIES[1:]),
        *figures("i25.hours", kept[:3], "0.5", COUNTIES[:1]),
    ]
    yield of("最少者自己缺报", hours, [lessons], some, owed("i25.hours", kept))
    survey = {
        "code": "s",
        "name": "满意率",
        "kind": "SURVEY",
        "numerator": "i24.yes",
        "denominator": "i24.valid",
        "op": ">=",
        "limit": "80",
        "unit": "%",
        "window": LATEST,
        "margin_pct": "5",
    }
    surveyed = [
        meta("i24.yes", over_time="last", over_units="only", frequency="survey", due="publication"),
        meta("i24.valid", over_time="last", over_units="only", frequency="survey", due="publication"),
    ]
    yield of("未调查", survey, surveyed, [])
    yield of(
        "满意率",
        survey,
        surveyed,
        [*figures("i24.yes", april, 812, ("市统计局",)), *figures("i24.valid", april, 1000, ("市统计局",))],
    )
    yearly = {**cast.rate(), "kind": "T", "window": {"kind": "years_before_and_to_date", "years": 3}}
    past = [year(2014), year(2015), year(2016)]
    yield of(
        "三年和今年，累计数",
        yearly,
        [meta("i18.treated", entry="cumulative"), meta("i18.produced", entry="cumulative")],
        [
            *figures("i18.treated", past, [90, 91, 89]),
            *figures("i18.produced", past, 100),
            *figures("i18.treated", months(2017, 2, 4), [20, "33.3", 44], COUNTIES),
            *figures("i18.produced", months(2017, 2, 4), [22, 36, 48], COUNTIES),
        ],
    )


def others() -> Iterator[Case]:
    """COMPLETION, DEC, RANK, NOEV, LIST, conditions."""
    cut = {
        "code": "so2",
        "name": "SO₂减排",
        "kind": "COMPLETION",
        "done": "i01.cut",
        "verified": "i01.verified",
        "task": "i01.task",
        "window": YEAR,
    }
    metas = [
        meta("i01.cut"),
        meta("i01.verified", frequency="year", over_units="only", due="publication"),
        meta("i01.task", frequency="year"),
    ]
    tasks = figures("i01.task", [year(2017)], 100)
    yield of("按时序", cut, metas, [*tasks, *figures("i01.cut", months(2017, 1, 4), 9)])
    yield of("落后时序", cut, metas, [*tasks, *figures("i01.cut", months(2017, 1, 4), 8)])
    yield of(
        "减排缺报",
        cut,
        metas,
        [*tasks, *cast.without(figures("i01.cut", months(2017, 1, 4), 9), unit="盘县")],
        owed("i01.cut", months(2017)),
    )
    yield of(
        "已核定",
        cut,
        metas,
        [
            *tasks,
            *figures("i01.cut", months(2017, 1, 4), 9),
            *figures("i01.verified", [year(2017)], 501, ("省环保厅",)),
        ],
    )
    yield of("任务为零", cut, metas, figures("i01.task", [year(2017)], 0))
    yield of("任务未下达", cut, metas, [], owed("i01.task", [year(2017)], due_on=day("2017-03-31")))
    fall = {
        "code": "energy",
        "name": "能耗",
        "kind": "DEC",
        "numerator": "i05.energy",
        "denominator": "i05.added",
        "unit": "tce/万元",
        "window": FALLS,
    }
    energy = [meta("i05.energy"), meta("i05.added")]
    past = [year(number) for number in (2013, 2014, 2015, 2016)]

    def falling(values: list[str], last: str, same: list[FigureInput] | None = None) -> list[FigureInput]:
        return [
            *figures("i05.energy", past[: len(values)], values, ("市统计局",)),
            *figures("i05.added", past[: len(values)], 100, ("市统计局",)),
            *figures("i05.energy", months(2017, 1, 4), last, ("市统计局",)),
            *figures("i05.added", months(2017, 1, 4), 10, ("市统计局",)),
            *(same or []),
        ]

    yield of("逐年下降", fall, energy, falling(["300", "280", "270", "260"], "25"))
    yield of("中间上升", fall, energy, falling(["300", "280", "281", "260"], "25"))
    yield of("今年持平", fall, energy, falling(["300", "280", "270", "260"], "26"))
    yield of("缺一年", fall, energy, falling(["300", "280"], "25"), owed("i05.energy", past, ("市统计局",)))
    rank = {
        "code": "rank",
        "name": "名次",
        "kind": "RANK",
        "rank": "i03.rank",
        "limit": 3,
        "window": THREE_YEARS,
    }
    ranks = [
        meta("i03.rank", frequency="year", over_units="only", over_time="only", due="publication"),
        meta("i03.cities", frequency="year", over_units="only", over_time="only", due="publication"),
    ]
    yield of("各年前三", rank, ranks, figures("i03.rank", past[1:], [3, 1, 2], ("市环保局",)))
    yield of("一年第四", rank, ranks, figures("i03.rank", past[1:], [3, 4, 2], ("市环保局",)))
    yield of("一年未公布", rank, ranks, figures("i03.rank", past[1:3], [3, 1], ("市环保局",)))
    part = {
        "code": "rank",
        "name": "名次",
        "kind": "RANK",
        "rank": "i03.rank",
        "cities": "i03.cities",
        "limit_share_pct": "50",
        "window": THREE_YEARS,
    }
    yield of(
        "按比例",
        part,
        ranks,
        [
            *figures("i03.rank", past[1:], [4, 5, 4], ("市环保局",)),
            *figures("i03.cities", past[1:], 9, ("市环保局",)),
        ],
    )
    events = {
        "code": "events",
        "name": "突发事件",
        "kind": "NOEV",
        "events": "i02.events",
        "unit": "起",
        "window": {"kind": "rolling_months", "months": 36},
    }
    kept = [year(2014), year(2015), year(2016), *months(2017, 1, 5)]
    yield of("没有发生", events, [meta("i02.events")], figures("i02.events", kept, 0, ("市环保局",)))
    yield of(
        "发生一起",
        events,
        [meta("i02.events")],
        figures("i02.events", kept, [0, 1, 0, 0, 0, 0, 0, 0], ("市环保局",)),
    )
    yield of(
        "事件缺报",
        events,
        [meta("i02.events")],
        figures("i02.events", kept[:-2], 0, ("市环保局",)),
        owed("i02.events", months(2017), ("市环保局",)),
    )
    short = {**cast.rate(), "code": "reused", "condition": {"fact": "water_short_city", "value": True}}
    kept = months(2017, 1, 4)
    yield of(
        "条件不成立",
        (cast.rate(), short),
        [cast.TREATED, cast.PRODUCED],
        [*figures("i18.treated", kept, 92), *figures("i18.produced", kept, 100)],
    )
    listed = {"code": "list", "name": "清单", "kind": "LIST", "window": YEAR}
    yield of("清单完成", listed, [], [], checklist=[item("a", "done"), item("b", "not_applicable")])
    yield of("清单未完成", listed, [], [], checklist=[item("a", "done"), item("b", "not_done")])
    yield of("清单未答", listed, [], [], checklist=[item("a", "done"), item("b", None)])
    yield of("清单未到期", listed, [], [], checklist=[item("a", None, "2017-12-31")])
    yield of("没有清单", listed, [], [])


def item(code: str, answer: str | None, due: str = "2017-05-15") -> ChecklistInput:
    return ChecklistInput(code, f"事项{code}", "盘县", months(2017, 4, 4)[0], answer, day(due))


def monitored() -> Iterator[Case]:
    """MON and SITES, on readings."""

    def read(name: str, part: Any, at: str = "2017-05-31", **readings: Any) -> Case:
        readings.setdefault("provider", "市环保局")
        return of(name, part, [], [], at=at, readings=Readings(**readings))

    def some(at: date) -> dict[str, float | None]:
        return {
            "pm25": 5.0 + at.day,
            "co": 0.4 + at.day / 10,
            "o3_8h": 40 + min(at.month, 4) * 20 + at.day * 1.5,
        }

    spring = measured.days("2017-01-01", "2017-04-30")
    yield read("空气年评价", measured.ANNUAL, sites=[measured.station()], air=measured.air(spring, some))
    yield read("空气达标天数", measured.GOOD, sites=[measured.station()], air=measured.air(spring, some))
    holes = [at for at in spring if at.day > 6]
    yield read(
        "空气有效天数不足",
        (measured.ANNUAL, measured.GOOD),
        sites=[measured.station()],
        air=measured.air(holes, some),
    )
    dirty = measured.air(holes, {"pm25": 200})
    yield read("空气已不可能达标", measured.GOOD, sites=[measured.station()], air=dirty)
    whole = measured.days("2017-01-01", "2017-12-31")
    yield read(
        "空气全年",
        (measured.ANNUAL, measured.GOOD),
        "2017-12-31",
        sites=[measured.station()],
        air=measured.air(whole, some),
    )
    points = [measured.site(f"n{number}", "noise_grid") for number in range(3)]
    yield read(
        "区域噪声",
        measured.AREA,
        sites=points,
        noise=[
            measured.noise(one.code, leq) for one, leq in zip(points, ("54.1", "58.3", "61.7"), strict=True)
        ],
    )
    yield read("区域噪声未测完", measured.AREA, sites=points, noise=[measured.noise("n0", "54.1")])
    roads = [measured.site(f"r{number}", "noise_road") for number in range(2)]
    yield read(
        "道路噪声",
        measured.ROADS,
        sites=roads,
        noise=[measured.noise("r0", "66.5", length="1200"), measured.noise("r1", "71.5", length="300")],
    )
    rivers = [
        measured.site(code, "section", target_class=3, water_body="river", is_outflow=True)
        for code in ("s1", "s2")
    ]
    good = [
        measured.sample(code, f"2017-0{at}-08", nh3n="0.5", hg="0.00004L", ph="7.2", do="7.1")
        for code in ("s1", "s2")
        for at in range(1, 5)
    ]
    yield read("断面达标", measured.SECTIONS, sites=rivers, samples=good)
    yield read(
        "断面超标",
        measured.SECTIONS,
        sites=rivers,
        samples=[*good, measured.sample("s2", "2017-04-20", nh3n="9.5")],
    )
    yield read("断面缺测", {**measured.SECTIONS, "limit": "60"}, sites=rivers, samples=good[:-1])
    yield read("断面从未监测", measured.SECTIONS, sites=rivers, samples=good[:4])
    waters = [measured.site(code, "source", water_body="river") for code in ("w1", "w2")]
    taken = [
        measured.sample(code, f"2017-0{at}-08", volume="12.34", nh3n="0.2", conclusion="")
        for code in ("w1", "w2")
        for at in range(1, 5)
    ]
    yield read("水源达标", measured.SOURCES, sites=waters, samples=taken)
    yield read(
        "水源超标",
        measured.SOURCES,
        sites=waters,
        samples=[*taken[:-1], measured.sample("w2", "2017-04-08", volume="10", nh3n="3")],
    )
    yield read("水源缺测", measured.SOURCES, sites=waters, samples=taken[:-1])
    firms = [measured.site(code, "firm") for code in ("f1", "f2", "f3")]
    tests = [measured.firm_test("f1", 1, True), measured.firm_test("f3", 1, None)]
    yield read("企业达标", measured.FIRMS, sites=firms, tests=[*tests, measured.firm_test("f2", 1, True)])
    yield read("企业超标", measured.FIRMS, sites=firms, tests=[*tests, measured.firm_test("f2", 1, False)])
    yield read("企业未监测", measured.FIRMS, sites=firms, tests=tests)
    yield read("监测未到期", measured.FIRMS, "2017-02-28", sites=firms)


def every() -> list[Case]:
    return [*amounts(), *others(), *monitored()]
