"""The typed body of a rule version: one shape per kind (domain.md §3; first version in rules.csv).

A body is JSON: `{"combine": …, "headline_part": …, "parts": [{"kind": "RATE", …}, …]}`. `validate_rule` reads
it, `rule_json` writes it back in one stable form, `elements_read` names the data elements that it needs.
Element codes are checked for their shape only; whether they exist is the plan's question.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from .expressions import ELEMENT_CODE, parse_expression
from .schema_words import Fault, chinese_errors, faults_of
from .window_shapes import (
    AmountWindow,
    EventWindow,
    Falls,
    Latest,
    ListWindow,
    RollingMonths,
    SchoolYear,
    Shape,
    Year,
    YearBeforeAndToDate,
    YearsBefore,
    YearsBeforeAndToDate,
)

__all__ = [
    "PART_SHAPES",
    "Combine",
    "Completion",
    "Condition",
    "Falls",
    "IndicatorRule",
    "Latest",
    "ListPart",
    "MonPart",
    "NoEvents",
    "Part",
    "Rank",
    "Rate",
    "RollingMonths",
    "Rounding",
    "SchoolYear",
    "SitesPart",
    "Survey",
    "Threshold",
    "Year",
    "YearBeforeAndToDate",
    "YearsBefore",
    "YearsBeforeAndToDate",
    "elements_read",
    "measures_read",
    "rule_faults",
    "rule_json",
    "validate_rule",
]

Op = Literal[">=", "<=", "=", ">", "<"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=rf"^{ELEMENT_CODE}$")]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Positive = Annotated[Decimal, Field(gt=0)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


def _is_sum(text: str) -> str:
    parse_expression(text)
    return text


Expression = Annotated[str, AfterValidator(_is_sum)]


# Fields that several kinds share ----------------------------------------------------------------------


class Rounding(Shape):
    """How the value meets the limit (GB/T 8170-2008 第4章).

    `full`: 全数值比较法, the unrounded value is judged. `rounded`: 修约值比较法, the value is rounded to
    `places` decimals (half to even) first.
    """

    mode: Literal["full", "rounded"] = "full"
    places: int | None = Field(default=None, ge=0, le=6)

    @model_validator(mode="after")
    def _places_where_rounded(self) -> Self:
        if (self.mode == "rounded") != (self.places is not None):
            raise ValueError("修约值比较法要写明修约到几位小数，全数值比较法不写")
        return self


class Condition(Shape):
    """The part applies only when a fact of the plan has this value (`water_short_city` = true)."""

    fact: Slug
    value: bool = True


class Combine(Shape):
    """A node of the AND / OR tree: `all` (且) or `any` (或) of part codes and further nodes."""

    op: Literal["all", "any"]
    of: tuple[Slug | Combine, ...] = Field(min_length=1)

    def codes(self) -> Iterator[str]:
        """The part codes below this node, in order."""
        for child in self.of:
            if isinstance(child, Combine):
                yield from child.codes()
            else:
                yield child


class _Part(Shape):
    code: Slug
    name: Name
    note: str = ""
    condition: Condition | None = None

    def elements(self) -> tuple[str, ...]:
        """Codes of the data elements that the part reads."""
        return ()


class _Measured(_Part):
    unit: str
    places: int = Field(default=2, ge=0, le=6)
    rounding: Rounding = Rounding()


def _check_margin(margin_pct: Decimal | None, limit: Decimal | str, unit: str) -> None:
    if margin_pct is None:
        return
    if isinstance(limit, Decimal) and (limit == 0 or (limit == 100 and unit == "%")):
        raise ValueError("限值为 0 或 100% 时不设临界幅度")


class _Limited(_Measured):
    op: Op
    limit: Decimal | Code
    margin_pct: Decimal | None = Field(default=None, gt=0, le=50)

    @model_validator(mode="after")
    def _margin_where_there_is_room(self) -> Self:
        _check_margin(self.margin_pct, self.limit, self.unit)
        return self

    def _limit_elements(self) -> tuple[str, ...]:
        return (self.limit,) if isinstance(self.limit, str) else ()


# Kinds ------------------------------------------------------------------------------------------------


class Threshold(_Limited):
    """T: an amount, or a ratio of two sums, against a limit, in each stretch of the window.

    `paced`: the amount grows through the window (class hours of a school year); before the window closes
    it is judged against the limit × the elapsed share of the window.
    """

    kind: Literal["T"]
    amount: Expression | None = None
    numerator: Expression | None = None
    denominator: Expression | None = None
    scale: Decimal = Field(default=Decimal(1), gt=0)
    window: AmountWindow
    paced: bool = False

    @model_validator(mode="after")
    def _amount_or_ratio(self) -> Self:
        ratio = (self.numerator is not None, self.denominator is not None)
        if (self.amount is not None and any(ratio)) or (self.amount is None and not all(ratio)):
            raise ValueError("“数量”与“分子、分母”须写且只写一种")
        if self.paced and (self.amount is None or self.op not in (">=", ">") or isinstance(self.limit, str)):
            raise ValueError("“按进度判定”只用于逐期累加、不少于某数的数量")
        return self

    def elements(self) -> tuple[str, ...]:
        texts = [text for text in (self.amount, self.numerator, self.denominator) if text is not None]
        return (*_codes(*texts), *self._limit_elements())


class _Ratio(_Limited):
    numerator: Expression
    denominator: Expression
    scale: Decimal = Field(default=Decimal(100), gt=0)

    def elements(self) -> tuple[str, ...]:
        return (*_codes(self.numerator, self.denominator), *self._limit_elements())


class Rate(_Ratio):
    """RATE: Σ numerator ÷ Σ denominator × scale against a limit; never a mean of ratios."""

    kind: Literal["RATE"]
    window: AmountWindow


class Survey(_Ratio):
    """SURVEY: the share of a survey's valid answers, of the latest survey."""

    kind: Literal["SURVEY"]
    window: Annotated[Latest | Year, Field(discriminator="kind")]


class Decline(_Measured):
    """DEC: an intensity Σ numerator ÷ Σ denominator × scale that falls year by year."""

    kind: Literal["DEC"]
    numerator: Expression
    denominator: Expression
    scale: Decimal = Field(default=Decimal(1), gt=0)
    window: Falls

    def elements(self) -> tuple[str, ...]:
        return _codes(self.numerator, self.denominator)


class Completion(_Measured):
    """COMPLETION: coalesce(verified, Σ done) ÷ task against 100 %.

    Before the year is verified or over, the share done is judged against the limit × the elapsed share of the
    year; a task of 0 makes the part not applicable.
    """

    kind: Literal["COMPLETION"]
    done: Expression
    verified: Code | None = None
    task: Code
    op: Literal[">="] = ">="
    limit: Decimal = Decimal(100)
    unit: Literal["%"] = "%"
    window: Year

    def elements(self) -> tuple[str, ...]:
        return (*_codes(self.done), *((self.verified,) if self.verified else ()), self.task)


class Rank(_Part):
    """RANK: a place among the province's cities, at most `limit`, or within `limit_share_pct` % of the cities."""

    kind: Literal["RANK"]
    rank: Code
    cities: Code | None = None
    op: Literal["<="] = "<="
    limit: int | None = Field(default=None, ge=1)
    limit_share_pct: Decimal | None = Field(default=None, gt=0, le=100)
    unit: str = "名"
    window: YearsBefore

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.limit is None) == (self.limit_share_pct is None):
            raise ValueError("名次上限与比例上限须写且只写一种")
        if self.limit_share_pct is not None and self.cities is None:
            raise ValueError("按比例判定名次要写明参评城市数的数据要素")
        return self

    def elements(self) -> tuple[str, ...]:
        return (self.rank, *((self.cities,) if self.cities else ()))


class NoEvents(_Part):
    """NOEV: nothing of the kind happened in the window; one accepted event is enough to miss."""

    kind: Literal["NOEV"]
    events: Expression
    op: Literal["="] = "="
    limit: Literal[0] = 0
    unit: str
    window: EventWindow

    def elements(self) -> tuple[str, ...]:
        return _codes(self.events)


class ListPart(_Part):
    """LIST: every item of the indicator's checklist is answered “done” by every unit that owes it.

    `periods`: `latest` judges the last answer that was due (a state that can be put right), `every` all of
    them (a monthly notice that was left out stays left out).
    """

    kind: Literal["LIST"]
    checklist: Literal["indicator"] = "indicator"
    periods: Literal["latest", "every"] = "latest"
    window: ListWindow


class MonPart(_Part):
    """MON: computed from measured air (HJ 663) or noise (HJ 640).

    `limits`: for the annual values of air, limits other than the standard's, by statistic (`air_limits.ANNUAL`).
    `due_days`: how many days after a month's end its air readings are owed; `due`: until which day of the year noise
    has to be measured everywhere.
    """

    kind: Literal["MON"]
    measure: Literal["air_annual", "air_good_days", "area_noise", "road_noise"]
    op: Op
    limit: Decimal | None = None
    standard: str | None = None
    limits: dict[Literal["so2", "no2", "pm10", "pm25", "co_p95", "o3_8h_p90"], Positive] | None = None
    unit: str = ""
    places: int = Field(default=2, ge=0, le=6)
    rounding: Rounding = Rounding()
    window: Year
    margin_pct: Decimal | None = Field(default=None, gt=0, le=50)
    due_days: int = Field(default=5, ge=0, le=90)
    due: MonthDay = "12-31"

    @model_validator(mode="after")
    def _limit_or_standard(self) -> Self:
        annual = self.measure == "air_annual"
        if (self.limit is None) == (self.standard is None) or annual == (self.standard is None):
            raise ValueError("年评价值写标准名称、不写限值，其他监测项目写限值、不写标准名称")
        if self.limits and not annual:
            raise ValueError("只有年评价值可以另写各项限值")
        return self


class SitesPart(_Part):
    """SITES: the share of sites (sources, sections, firms) that comply.

    `due_days`: how many days after a month's (firms: a quarter's) end its readings are owed. `sampled`: how often a
    section or source is sampled. `reads`: elements that are reported beside the readings (intake, conclusion; tests).
    """

    kind: Literal["SITES"]
    measure: Literal["sources", "sections", "outflow", "firms"]
    reads: tuple[Code, ...] = ()
    op: Literal[">=", ">"] = ">="
    limit: Decimal = Decimal(100)
    margin_pct: Decimal | None = Field(default=None, gt=0, le=50)
    unit: str = "%"
    places: int = Field(default=2, ge=0, le=6)
    rounding: Rounding = Rounding()
    window: Year
    due_days: int = Field(default=15, ge=0, le=90)
    sampled: Literal["month", "quarter", "year"] = "month"

    @model_validator(mode="after")
    def _two_elements_or_none(self) -> Self:
        _check_margin(self.margin_pct, self.limit, self.unit)
        if len(self.reads) not in (0, 2) or (self.reads and self.measure in ("sections", "outflow")):
            raise ValueError("水源地写取水量与结论、企业写监测次数与达标次数两个数据要素，断面不写")
        return self

    def elements(self) -> tuple[str, ...]:
        return self.reads


Part = Annotated[
    Threshold | Rate | Survey | Decline | Completion | Rank | NoEvents | ListPart | MonPart | SitesPart,
    Field(discriminator="kind"),
]


PART_SHAPES: dict[str, type[_Part]] = {
    "T": Threshold,
    "RATE": Rate,
    "SURVEY": Survey,
    "DEC": Decline,
    "COMPLETION": Completion,
    "RANK": Rank,
    "NOEV": NoEvents,
    "LIST": ListPart,
    "MON": MonPart,
    "SITES": SitesPart,
}


class IndicatorRule(Shape):
    """All parts of one indicator, and how they combine; without `combine` all parts must hold.

    `headline_part` names the part whose value the wall shows; without it the wall counts parts (3/4 项).
    """

    parts: tuple[Part, ...] = Field(min_length=1)
    combine: Combine | None = None
    headline_part: Slug | None = None

    @model_validator(mode="after")
    def _every_part_once(self) -> Self:
        codes = [part.code for part in self.parts]
        if len(set(codes)) < len(codes):
            raise ValueError("各部分的代码不能重复")
        if self.combine is not None and sorted(self.combine.codes()) != sorted(codes):
            raise ValueError("组合关系里每个部分须出现且只出现一次")
        if self.headline_part is not None and self.headline_part not in codes:
            raise ValueError(f"没有代码为“{self.headline_part}”的部分")
        return self

    @property
    def tree(self) -> Combine:
        """The AND / OR tree; where none is written, all parts in their order."""
        return self.combine or Combine(op="all", of=tuple(part.code for part in self.parts))

    def part(self, code: str) -> Part:
        """The part of that code; KeyError if there is none."""
        for part in self.parts:
            if part.code == code:
                return part
        raise KeyError(code)


# Reading and writing ----------------------------------------------------------------------------------


def validate_rule(body: dict[str, Any]) -> IndicatorRule:
    """Read a body. ValueError whose Chinese text names every field at fault, one line each."""
    try:
        return IndicatorRule.model_validate(body)
    except ValidationError as error:
        raise ValueError(chinese_errors(error)) from None


def rule_faults(body: Any) -> tuple[Fault, ...]:
    """What is wrong with a body, field by field; empty for a rule that `validate_rule` reads."""
    try:
        IndicatorRule.model_validate(body)
    except ValidationError as error:
        return faults_of(error)
    return ()


def rule_json(rule: IndicatorRule) -> dict[str, Any]:
    """The body as JSON values, decimals as text, unset fields left out; `validate_rule` gives the same rule."""
    return rule.model_dump(mode="json", exclude_none=True)


def elements_read(rule: IndicatorRule) -> set[str]:
    """Codes of all data elements that the rule reads; a LIST reads the checklist instead."""
    return {code for part in rule.parts for code in part.elements()}


def measures_read(rule: IndicatorRule) -> set[str]:
    """The measurements that the rule is judged by (`MonPart.measure`, `SitesPart.measure`)."""
    return {part.measure for part in rule.parts if isinstance(part, MonPart | SitesPart)}


def _codes(*texts: str) -> tuple[str, ...]:
    return tuple(term.code for text in texts for term in parse_expression(text))
