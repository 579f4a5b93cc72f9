"""SITES, sections and outflow sections: the share that keep their class, by the mean of the year to date.

GB 3838-2002 5 and 《地表水环境质量评价办法（试行）》 (环办〔2011〕22号). A section's month is judged by its month's values,
its year by the mean of its months (domain.md §4); the share of section-months stands beside the share of sections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chuangmo.days import long_day
from chuangmo.periods import Period, month
from indicators.standards.rounding import format_number
from indicators.standards.surface_water import (
    BLACK_ODOROUS,
    Classified,
    Measured,
    black_odorous,
    classify,
    mean_sample,
    parse_measured,
    year_sample,
)
from indicators.standards.water_limits import CLASS_NAMES, LAKE, RIVER, TABLE_1, Kind, parameters_of

from ..readings import SampleInput, SiteInput
from ..results import InputRow, Missing, PartVerdict, Step
from ..schema import SitesPart
from ..statuses import Status
from ..wording import missing_text, threshold_text, value_text
from ._measured import (
    cut_of,
    decided,
    label_until,
    missing_reading,
    nothing_due,
    over_until,
    share_of,
    short_list,
)
from .registry import Context

__all__ = ["judge_sections", "measured_of"]

Sample = Mapping[str, Measured]
WATCH = "黑臭观察"


@dataclass(frozen=True)
class _Section:
    """A section's samples up to the cut by month, and what follows from their means."""

    site: SiteInput
    target: int
    months: Mapping[Period, Sample]
    batches: Mapping[Period, tuple[int, ...]]
    mean: Sample
    classified: Classified
    missing: Sequence[Missing]

    @property
    def kind(self) -> Kind:
        return _kind(self.site)

    @property
    def meets(self) -> bool | None:
        return self.classified.meets(self.target)

    def of_month(self, period: Period) -> Classified:
        return classify(self.months.get(period, {}), self.kind)


def judge_sections(part: SitesPart, context: Context) -> PartVerdict:
    """Sections that keep their class ÷ sections that have one × 100.

    A section without any sample, or with a month not sampled though due, makes it 数据不全; one that fails by what
    was measured fails whatever is missing elsewhere. Sections without a target class are not assessed.
    """
    threshold = threshold_text(part.op, part.limit, part.unit)
    expression = "达到水质目标的断面数 ÷ 参评断面数 × 100"
    sites = _assessed(part, context)
    owed = _owed(part, sites, context)
    if not owed:
        first = [missing_reading(context, "断面水质监测数据", month(context.plan_year, 1), part.due_days)]
        return nothing_due(part, context, threshold, expression, first)
    through = owed[-1].end
    sections = [_section(part, site, owed, through, context) for site in sites]
    steps = [_step(section, owed, through, context) for section in sections]
    good = [one for one in steps if one.status is Status.MET]
    bad = [one for one in steps if one.status is Status.MISSED]
    status, rate = share_of(part, len(good), len(bad), len(steps) - len(good) - len(bad))
    missing = [one for section in sections for one in section.missing]
    if not sites:
        status, missing = Status.PARTIAL, [_nothing_registered(part, owed[0], context)]
    shown = [*steps, *(_watched(part, context, through))]
    return decided(
        part,
        shown,
        context,
        status=status,
        value=rate,
        text=value_text(rate, part.places, part.unit),
        threshold=threshold,
        formula=_formula(part, sections, len(good), len(good) + len(bad), rate, through, context),
        expression=expression,
        remark=_remark(part, sections, steps, status, missing, shown[len(steps) :]),
        cut=through,
        missing=missing,
    )


def measured_of(sample: SampleInput) -> dict[str, Measured]:
    """The sample's figures, read; what can't be read takes no part (entry refuses it in the first place)."""
    found = {}
    for code, text in sample.values.items():
        try:
            value = parse_measured(text)
        except ValueError:
            continue
        if value is not None and not (value.below and code in TABLE_1 and TABLE_1[code].better != "low"):
            found[code] = value
    return found


# Which sections, how far -----------------------------------------------------------------------------------


def _assessed(part: SitesPart, context: Context) -> list[SiteInput]:
    year = context.plan_year
    until = min(context.as_of, date(year, 12, 31))
    sites = context.inputs.readings.of_kind("section", date(year, 1, 1), until)
    return [
        site
        for site in sites
        if site.target_class is not None and (site.is_outflow or part.measure == "sections")
    ]


def _owed(part: SitesPart, sites: Sequence[SiteInput], context: Context) -> list[Period]:
    """The periods in which each section has to be sampled, up to the cut."""
    samples = _samples(context, [site.code for site in sites], context.as_of)

    def answered(period: Period) -> bool:
        due = [site for site in sites if site.in_service(period.start, period.end)]
        return bool(due) and all(
            any(period.start <= one.taken_on <= period.end and measured_of(one) for one in samples[site.code])
            for site in due
        )

    return cut_of(over_until(part.sampled, context), answered, part.due_days, context.due_by)


def _samples(context: Context, codes: Sequence[str], through: date) -> dict[str, list[SampleInput]]:
    first = date(context.plan_year, 1, 1)
    return {
        code: [one for one in context.inputs.readings.samples_at(code) if first <= one.taken_on <= through]
        for code in codes
    }


def _section(
    part: SitesPart, site: SiteInput, owed: Sequence[Period], through: date, context: Context
) -> _Section:
    samples = _samples(context, [site.code], through)[site.code]
    months: dict[Period, list[SampleInput]] = {}
    for sample in samples:
        months.setdefault(month(sample.taken_on.year, sample.taken_on.month), []).append(sample)
    mean = year_sample((one.taken_on.month, measured_of(one)) for one in samples)
    means = {period: mean_sample(measured_of(one) for one in ones) for period, ones in months.items()}
    return _Section(
        site=site,
        target=site.target_class or 3,
        months=means,
        batches={
            period: tuple(dict.fromkeys(one.batch for one in ones if one.batch))
            for period, ones in months.items()
        },
        mean=mean,
        classified=classify(mean, _kind(site)),
        missing=_missing(part, site, owed, means, context),
    )


def _missing(
    part: SitesPart,
    site: SiteInput,
    owed: Sequence[Period],
    months: Mapping[Period, Sample],
    context: Context,
) -> list[Missing]:
    """A section that was never sampled is named once, else every period that was left out."""
    due = [period for period in owed if site.in_service(period.start, period.end)]
    if due and not any(months.values()):
        words = f"断面水质监测数据（{due[0].label}以来从未监测）"
        return [missing_reading(context, words, due[-1], part.due_days, site=site.code)]
    return [
        missing_reading(context, "断面水质监测数据", period, part.due_days, site=site.code)
        for period in due
        if not any(one and period.start <= at.start <= period.end for at, one in months.items())
    ]


def _kind(site: SiteInput) -> Kind:
    return LAKE if site.water_body == "lake" else RIVER


# One section ----------------------------------------------------------------------------------------------


def _step(section: _Section, owed: Sequence[Period], through: date, context: Context) -> Step:
    return Step(
        label=f"{section.site.name}（{section.site.unit}）" if section.site.unit else section.site.name,
        status=_section_status(section),
        value=None,
        text=_class_name(section.classified),
        threshold=f"不劣于{CLASS_NAMES[section.target]}",
        formula=_mean_words(section),
        start=date(context.plan_year, 1, 1),
        end=through,
        remark=missing_text(section.missing),
        missing=tuple(section.missing),
        provisional=through < date(context.plan_year, 12, 31),
        site=section.site.code,
        inputs=tuple(_month_row(section, period) for period in sorted({*owed, *section.months})),
    )


def _section_status(section: _Section) -> Status:
    if section.meets is False:
        return Status.MISSED
    if section.missing or section.meets is None:
        return Status.PARTIAL
    return Status.MET


def _class_name(classified: Classified) -> str:
    return CLASS_NAMES[classified.water_class] if classified.water_class else "—"


def _mean_words(section: _Section) -> str:
    """累计均值定为Ⅳ类：氨氮 1.31 mg/L；21 项中测了 8 项."""
    if section.classified.water_class is None:
        return ""
    by = _deciding(section.classified, section.mean, section.kind)
    return (
        f"{len(section.months)} 个月均值定为{_class_name(section.classified)}：{by}；"
        f"{len(TABLE_1)} 项中测了 {section.classified.measured} 项"
    )


def _deciding(classified: Classified, sample: Sample, kind: Kind, shown: int = 3) -> str:
    names = parameters_of(kind)
    words = [_figure(names[code].name, sample[code], code) for code in classified.decided_by[:shown]]
    more = len(classified.decided_by) - shown
    return "、".join(words) + (f" 等 {len(classified.decided_by)} 项" if more > 0 else "")


def _figure(name: str, measured: Measured, code: str) -> str:
    unit = "" if code == "ph" else " mg/L"
    if measured.value is None or measured.below:
        return f"{name} {measured}"
    places = max(0, min(6, -measured.value.adjusted() + 2))
    return f"{name} {format_number(measured.value.quantize(Decimal(1).scaleb(-places)))}{unit}"


def _month_row(section: _Section, period: Period) -> InputRow:
    months = [at for at in section.months if period.start <= at.start <= period.end]
    classified = classify(mean_sample(section.months[at] for at in months), section.kind)
    if classified.water_class is None:
        return InputRow(period.label, "未监测", Status.PARTIAL)
    met = bool(classified.meets(section.target))
    values = mean_sample(section.months[at] for at in months)
    return InputRow(
        label=period.label,
        text=_class_name(classified),
        status=Status.MET if met else Status.MISSED,
        note=_deciding(classified, values, section.kind),
        batches=tuple(dict.fromkeys(batch for at in months for batch in section.batches[at])),
    )


# All of them ----------------------------------------------------------------------------------------------


def _formula(
    part: SitesPart,
    sections: Sequence[_Section],
    good: int,
    counted: int,
    rate: Decimal | None,
    through: date,
    context: Context,
) -> str:
    if rate is None:
        return ""
    met, judged = _section_months(sections)
    by_month = Decimal(met) * 100 / judged if judged else None
    return (
        f"{label_until(context, through)}累计均值：达到目标 {good} 个 ÷ 参评 {counted} 个 × 100 = "
        f"{value_text(rate, part.places, part.unit)}；月达标率：{met} ÷ {judged} 断面月 × 100 = "
        f"{value_text(by_month, part.places, part.unit)}"
    )


def _section_months(sections: Sequence[_Section]) -> tuple[int, int]:
    """How many section-months met their class, of how many that have one."""
    answers = [one.of_month(period).meets(one.target) for one in sections for period in one.months]
    return answers.count(True), len(answers) - answers.count(None)


def _remark(
    part: SitesPart,
    sections: Sequence[_Section],
    steps: Sequence[Step],
    status: Status,
    missing: Sequence[Missing],
    watched: Sequence[Step],
) -> str:
    words = []
    failing = [
        f"{section.site.name}{_class_name(section.classified)}"
        f"（目标{CLASS_NAMES[section.target]}，{_deciding(section.classified, section.mean, section.kind, 2)}）"
        for section, step in zip(sections, steps, strict=True)
        if step.status is Status.MISSED
    ]
    if failing:
        words.append(short_list(failing, "个断面"))
    elif status is Status.PARTIAL:
        words.append(missing_text(missing))
    met, judged = _section_months(sections)
    if judged and not missing:
        rate = value_text(Decimal(met) * 100 / judged, part.places, part.unit)
        words.append(f"月达标率 {rate}（{met}/{judged} 断面月）")
    black = [step.label.partition("（")[0] for step in watched if "疑似" in step.text]
    if black:
        words.append(f"{'、'.join(black)}疑似黑臭")
    return "；".join(words)


def _nothing_registered(part: SitesPart, period: Period, context: Context) -> Missing:
    what = "出境断面" if part.measure == "outflow" else "监测断面"
    return missing_reading(context, f"{what}（没有登记有水质目标的断面）", period, part.due_days)


def _watched(part: SitesPart, context: Context, through: date) -> list[Step]:
    """Ponds without a class: watched for black and odorous water, outside the share (建城〔2015〕130号)."""
    if part.measure != "sections":
        return []
    ponds = context.inputs.readings.of_kind("pond", date(context.plan_year, 1, 1), through)
    samples = _samples(context, [pond.code for pond in ponds], through)
    return [_pond_step(pond, samples[pond.code], through) for pond in ponds]


def _pond_step(pond: SiteInput, samples: Sequence[SampleInput], through: date) -> Step:
    latest = max(samples, key=lambda one: one.taken_on, default=None)
    values = {code: one.value for code, one in measured_of(latest).items()} if latest else {}
    found = black_odorous(values)
    names = {code: name for code, name, *_ in BLACK_ODOROUS}
    at = long_day(latest.taken_on) if latest else ""
    if found is None:
        text, note = "未监测", "透明度、溶解氧、氧化还原电位、氨氮都没有数据"
    elif found:
        note = "、".join(f"{names[code]} {values[code]}" for code in found)
        text = "疑似黑臭"
    else:
        text, note = "未见黑臭", f"{at}监测"
    return Step(
        label=f"{pond.name}（{WATCH}，不参评）",
        status=Status.NOT_APPLICABLE,
        value=None,
        text=text,
        threshold="",
        formula="",
        start=through.replace(month=1, day=1),
        end=through,
        remark=note,
        site=pond.code,
        inputs=(InputRow(at, text, Status.NOT_APPLICABLE, note, (latest.batch,) if latest.batch else ()),)
        if latest
        else (),
    )
