"""Everything that the workbook computes from, frozen as JSON: rules, steps, figures, readings, what is missing.

It goes into the snapshot as a chapter of its own (settings.DOSSIER_CHAPTERS), so that the workbook of a snapshot can be made
again at any time, the same. Numbers are decimal texts, days ISO texts; what is not known is null, never zero.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from archives.books.queries.indicator import NOT_ASSESSED, indicator_inputs
from archives.snapshots.content import ChapterContent
from indicators.assessment.models import Verdict
from indicators.assessment.queries.indicator import figures_behind
from indicators.assessment.queries.inputs import Assessable, gather
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
    named = {
        "number": indicator.number,
        "name": indicator.name,
        "short_name": indicator.short_name,
        "category": indicator.category.name,
    }
    if verdict is None or subject is None or subject.version.pk != verdict.rule_id:
        return named | dict(NOT_ASSESSED)  # or by a rule that is none any more: nothing to compute
    found = indicator_inputs(subject.rule, subject.inputs, verdict.result, as_of)
    return named | found | {"rule_version": verdict.rule.version}


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
