"""Everything that the workbook computes from, frozen as JSON: rules, steps, figures, readings, what is missing.

It goes into the snapshot as a chapter of its own (settings.DOSSIER_CHAPTERS), so that the workbook of a snapshot can be made
again at any time, the same. Numbers are decimal texts, days ISO texts; what is not known is null, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from archives.books.queries.measured import measured_of_part
from archives.snapshots.content import ChapterContent
from indicators.assessment.models import Verdict
from indicators.assessment.queries.indicator import figures_behind
from indicators.assessment.queries.inputs import Assessable, gather
from indicators.assessment.rules import FigureInput, elements_read, rule_json
from indicators.assessment.rules.schema import ListPart, MonPart, SitesPart
from indicators.assessment.rules.windows import months_between, spans
from indicators.plan.models import Indicator, Plan

__all__ = ["SLUG", "chapters", "workbook_data"]

SLUG = "workbook"
TITLE = "数据工作簿"
_SHEETS = (
    ("汇总", "26 项指标各一行，结论由“推导”算出，并与系统评定逐项核对。"),
    ("推导", "每项指标、每个部分、每段期间（或每个点位）一行：分子、分母、数值、限值、结论都是公式。"),
    ("数据", "审定的数，按数据项、单位、年份各一行，每月一格；改动任一格，结论随之重算。"),
    ("监测各表", "空气逐日值、断面逐月值、水源地、噪声、企业监测：第 8 至 12、15 项由此算出。"),
    ("清单", "是非事项的应答，各单位各期一行。"),
    ("缺报", "应报未报和尚未到期的数，缺一项即“数据不全”，不当作零。"),
    ("来源", "每个数出自哪一稿、谁在何时审定。"),
)


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The chapter of the workbook (settings.DOSSIER_CHAPTERS): printed, it says what the sheets are."""
    html = "".join(f"<li><strong>{name}</strong>：{words}</li>" for name, words in _SHEETS)
    section = {
        "code": "sheets",
        "title": "工作簿的各表",
        "blocks": [
            {"kind": "text", "html": f"<p>工作簿附在本文件里，也在资料包中，各表如下：</p><ul>{html}</ul>"}
        ],
    }
    content = {"kind": "blocks", "schema": 1, "sections": [section], "workbook": workbook_data(plan, as_of)}
    return [ChapterContent(slug=SLUG, title=TITLE, content=content)]


def workbook_data(plan: Plan, as_of: date) -> dict[str, Any]:
    """Rules, verdicts as of the month end, and their inputs. The number of queries does not depend on how much there is."""
    verdicts = {
        one.indicator_id: one
        for one in Verdict.objects.filter(indicator__plan=plan, as_of=as_of, is_current=True).select_related(
            "rule"
        )
    }
    subjects = {one.indicator_id: one for one in gather(plan)}
    indicators = Indicator.objects.filter(plan=plan).select_related("category").order_by("number")
    rows = [_indicator(one, subjects.get(one.pk), verdicts.get(one.pk), plan, as_of) for one in indicators]
    return {
        "plan": plan.code,
        "plan_name": plan.name,
        "year": plan.year,
        "as_of": as_of.isoformat(),
        "indicators": rows,
        "sources": _sources({one["id"] for row in rows for one in row["figures"]}),
    }


def _indicator(
    indicator: Indicator, subject: Assessable | None, verdict: Verdict | None, plan: Plan, as_of: date
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "number": indicator.number,
        "name": indicator.name,
        "short_name": indicator.short_name,
        "category": indicator.category.name,
        "status": "",
        "headline": "",
        "threshold": "",
        "remark": "",
        "headline_part": "",
        "combine": None,
        "rule_version": None,
        "provisional": False,
        "parts": [],
        "elements": [],
        "figures": [],
    }
    if verdict is None or subject is None or subject.version.pk != verdict.rule_id:
        return found  # not assessed yet, or by a rule that is none any more: nothing to compute
    used = {pk for part in verdict.result["parts"] for step in part["steps"] for pk in step["figure_ids"]}
    figures = _figures(subject.inputs.figures, used)
    return found | {
        "status": verdict.status,
        "headline": verdict.headline,
        "threshold": verdict.threshold,
        "remark": verdict.remark,
        "headline_part": _shown_part(verdict.result, subject.rule.headline_part or ""),
        "combine": subject.rule.tree.model_dump(mode="json"),
        "rule_version": verdict.rule.version,
        "provisional": verdict.is_provisional,
        "parts": [
            _part(part, shape, subject, plan, as_of)
            for part, shape in zip(verdict.result["parts"], subject.rule.parts, strict=True)
        ],
        "elements": [
            {
                "code": meta.code,
                "name": meta.name,
                "measure": meta.measure,
                "precision": meta.precision,
                "entry": meta.entry,
                "over_time": meta.over_time,
                "over_units": meta.over_units,
            }
            for code, meta in sorted(subject.inputs.elements.items())
            if code in elements_read(subject.rule)
        ],
        "figures": [_figure(one, subject) for one in figures],
    }


def _shown_part(result: Mapping[str, Any], headline_part: str) -> str:
    """The part whose value stands for the indicator: the headline part, unless another one failed it; "" if none does."""
    fitting = [one["code"] for one in result["parts"] if one["value"] == result["value"] is not None]
    return headline_part if headline_part in fitting else next(iter(fitting), "")


# Parts ------------------------------------------------------------------------------------------------------


def _part(
    part: Mapping[str, Any], shape: Any, subject: Assessable, plan: Plan, as_of: date
) -> dict[str, Any]:
    body = next(one for one in rule_json(subject.rule)["parts"] if one["code"] == part["code"])
    found = {
        "code": part["code"],
        "name": part["name"],
        "kind": part["kind"],
        "status": part["status"],
        "value": part["value"],
        "text": part["text"],
        "threshold": part["threshold"],
        "expression": part["expression"],
        "formula": part["formula"],
        "rule": body,
        "missing": _owed(part["missing"]),
        "steps": [_step(step, shape, plan, as_of) for step in part["steps"]],
    }
    if isinstance(shape, MonPart | SitesPart):
        found["measured"] = measured_of_part(shape, part, subject.inputs, plan.year, as_of)
    if isinstance(shape, ListPart):
        found["answers"] = _answers(shape, subject, plan, as_of)
    return found


def _step(step: Mapping[str, Any], shape: Any, plan: Plan, as_of: date) -> dict[str, Any]:
    return {
        "label": step["label"],
        "site": step["site"],
        "status": step["status"],
        "value": step["value"],
        "text": step["text"],
        "threshold": step["threshold"],
        "formula": step["formula"],
        "start": step["start"],
        "end": step["end"],
        "figures": list(step["figure_ids"]),
        "missing": _owed(step["missing"]),
        "pending": _owed(step["pending"]),
        "pace": _pace(step, shape, plan, as_of),
    }


def _pace(step: Mapping[str, Any], shape: Any, plan: Plan, as_of: date) -> list[int] | None:
    """Of an amount that grows: how many months of how many had gone at the cut; null where it is judged by the whole."""
    if step["end"] is None or not (shape.kind == "COMPLETION" or getattr(shape, "paced", False)):
        return None
    start, end = date.fromisoformat(step["start"]), date.fromisoformat(step["end"])
    close = next((one.close for one in spans(shape.window, plan.year, as_of) if one.start == start), end)
    return None if end >= close else [months_between(start, end), months_between(start, close)]


def _owed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "unit": one["unit_name"],
            "element": one["element"],
            "name": one["element_name"],
            "site": one["site_name"],
            "period": one["period"]["label"],
            "due_on": one["due_on"],
            "text": one["text"],
        }
        for one in rows
    ]


# Checklists -------------------------------------------------------------------------------------------------


def _answers(shape: ListPart, subject: Assessable, plan: Plan, as_of: date) -> list[dict[str, Any]]:
    """The answers that are judged (kinds/checklist): of each unit the last that is done or due, or every one."""
    windows = spans(shape.window, plan.year, as_of)
    grouped: dict[tuple[str, str], list[Any]] = {}
    for one in subject.inputs.checklist:
        if any(
            span.start <= one.period.start <= span.to
            and (one.period.end <= span.close or span.start == date.min)
            for span in windows
        ):
            grouped.setdefault((one.item, one.unit), []).append(one)
    rows = []
    for key in sorted(grouped):
        mine = sorted(grouped[key], key=lambda one: (one.period.start, one.period.end))
        for one in mine if shape.periods == "every" else _latest(mine, as_of):
            rows.append(
                {
                    "item": one.item,
                    "name": one.name,
                    "unit": subject.inputs.unit_name(one.unit),
                    "period": one.period.label,
                    "answer": one.answer or "",
                    "due_on": one.due_on.isoformat() if one.due_on else None,
                }
            )
    return rows


def _latest(mine: Sequence[Any], as_of: date) -> Sequence[Any]:
    settled = [one for one in mine if _is_settled(one, as_of)]
    return settled[-1:] or mine[-1:]


def _is_settled(one: Any, as_of: date) -> bool:
    if one.answer in ("done", "not_applicable"):
        return True
    overdue = one.due_on is not None and one.due_on <= as_of
    return overdue or (one.answer == "not_done" and one.due_on is None)


# Figures ----------------------------------------------------------------------------------------------------


def _figures(figures: Iterable[FigureInput], used: set[int]) -> list[FigureInput]:
    """What the verdict was reached on, and the other figures of the same element, unit, site and year: a
    January-to-date figure is told from the one before it."""
    every = list(figures)
    rows = {_row_of(one) for one in every if one.figure_id in used}
    return [one for one in every if _row_of(one) in rows]


def _row_of(one: FigureInput) -> tuple[str, str, str, int]:
    return (one.element, one.unit, one.site, one.period.end.year)


def _figure(one: FigureInput, subject: Assessable) -> dict[str, Any]:
    return {
        "id": one.figure_id,
        "element": one.element,
        "unit": subject.inputs.unit_name(one.unit),
        "site": subject.inputs.site_names.get(one.site, one.site),
        "period": one.period.label,
        "kind": one.period.kind.value,
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "answer": str(one.answer),
        "value": None if one.value is None else f"{one.value.normalize():f}",
    }


def _sources(ids: set[int]) -> dict[str, dict[str, str]]:
    """Figure → which revision it came in, who accepted it and when."""
    return {
        str(one.pk): {
            "source": f"第 {one.revision_no} 稿" if one.report_id else "历史数据",
            "accepted": one.accepted_by.get_full_name() if one.accepted_by else "",
            "at": timezone.localtime(one.accepted_at).date().isoformat(),
        }
        for one in figures_behind(ids)
    }
