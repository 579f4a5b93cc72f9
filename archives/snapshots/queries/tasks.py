"""The chapter on tasks: what each campaign asks for and how far it is, counted from its members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from archives.snapshots.content import SCHEMA, Block, ChapterContent, Section
from chuangmo.shell.display import figure
from indicators.plan.models import Plan
from projects.campaigns.models import Section as Campaign
from projects.campaigns.models import Task
from projects.campaigns.queries.standings import stands_of
from projects.campaigns.queries.tasks import target_words
from projects.campaigns.rules.standing import Standing
from projects.campaigns.signs import LIGHTS

__all__ = ["chapters"]


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """All tasks of the plan by campaign, with their lights. Six queries; nothing where the plan has none."""
    tasks = list(
        Task.objects.filter(plan=plan)
        .select_related("plan", "lead")
        .prefetch_related("units", "indicators")
        .order_by("order", "pk")
    )
    if not tasks:
        return []
    stands = stands_of(tasks, as_of)
    sections: list[Section] = [
        {
            "code": "overview",
            "title": "推进情况",
            "blocks": [{"kind": "narrative", "block": "overview"}, _lights(list(stands.values()))],
        }
    ]
    for place, (code, label) in enumerate(Campaign.choices, 1):
        ours = [task for task in tasks if task.section == code]
        if ours:
            blocks: list[Block] = [_table(str(label), ours, stands)]
            sections.append(
                {"code": f"campaign-{place}", "title": f"{label}（方案{code}）", "blocks": blocks}
            )
    return [ChapterContent("tasks", "攻坚任务", {"kind": "blocks", "schema": SCHEMA, "sections": sections})]


def _lights(stands: Sequence[Standing]) -> Block:
    found = Counter(stand.light for stand in stands)
    return {
        "kind": "facts",
        "facts": [
            ["任务总数", f"{len(stands)} 项"],
            *[[word, f"{found[light]} 项"] for light, (_, word) in LIGHTS.items() if found[light]],
        ],
    }


def _table(label: str, tasks: Sequence[Task], stands: dict[int, Standing]) -> Block:
    return {
        "kind": "table",
        "table": {
            "title": f"{label}任务",
            "head": ["任务", "目标", "牵头单位", "期限", "已核销/名单", "完成", "状态", "支撑指标"],
            "align": ["left", "right", "left", "center", "right", "right", "center", "left"],
            "rows": [_row(task, stands[task.pk]) for task in tasks],
            "widths": [29, 9, 15, 12, 10, 8, 8, 9],
        },
    }


def _row(task: Task, stands: Standing) -> list[str]:
    return [
        task.name,
        target_words(task),
        task.lead.short_name,
        task.due_on.isoformat(),
        f"{stands.counts.verified}/{stands.counts.total}",
        "—" if stands.percent is None else f"{figure(stands.percent, 0)}%",
        LIGHTS[stands.light][1],
        _listed(sorted(one.number for one in task.indicators.all())),
    ]


def _listed(numbers: Sequence[int]) -> str:
    """1、4—7: three and more in a row are a span."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs)
