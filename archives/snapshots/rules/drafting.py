"""A first draft of each of the office's texts, composed from what the chapter says. Pure.

A draft states only what the data say; whoever adopts it adds what they know. Its figures are those of the chapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["draft_of"]

_WORDS = {"met": "达标", "margin": "临界", "missed": "不达标", "partial": "数据不全", "none": "未到期"}


def draft_of(slug: str, block: str, content: Mapping[str, Any], *, city: str, plan_name: str) -> str:
    """Typed lines (`prose.html_of` reads them); empty where there is nothing to compose from."""
    kind = content.get("kind")
    if kind == "indicator":
        return _work(content) if block == "work" else _problems(content)
    if kind == "summary":
        return _summary(content, city)
    if slug == "foreword":
        return _foreword(city, plan_name)
    return _from_tables(content)


def _work(content: Mapping[str, Any]) -> str:
    lines = [
        f"本指标由{'、'.join(content['leads']) or '牵头单位'}牵头，{len(content['responsible'])} 个单位共同负责。"
    ]
    lines += ["", content["sentence"]]
    told = [one for one in content["work"] if one["progress"]]
    if told:
        lines += ["", "## 主要工作", *[f"- {one['unit']}：{_short(one['progress'])}" for one in told[:12]]]
    if content["evidence"]:
        cited = "、".join(f"〔{one['archive_number']}〕" for one in content["evidence"][:6])
        lines += ["", f"以上情况有归档材料佐证，见{cited}{'等' if len(content['evidence']) > 6 else ''}。"]
    return "\n".join(lines)


def _problems(content: Mapping[str, Any]) -> str:
    lines = []
    parts = [part for part in content["parts"] if part["status"] in ("missed", "margin", "partial")]
    if parts:
        lines += [
            "## 差距",
            *[
                f"- {part['name']}：{part['text']}（{part['word']}）{_after(part['remark'])}"
                for part in parts
            ],
        ]
    told = [one for one in content["work"] if one["problems"]]
    if told:
        lines += ["", "## 存在问题", *[f"- {one['unit']}：{_short(one['problems'])}" for one in told[:10]]]
    planned = [one for one in content["work"] if one["measures"]]
    if planned:
        lines += [
            "",
            "## 下一步措施",
            *[f"- {one['unit']}：{_short(one['measures'])}" for one in planned[:10]],
        ]
    return "\n".join(lines).strip()


def _summary(content: Mapping[str, Any], city: str) -> str:
    rows: Sequence[Mapping[str, Any]] = content["rows"]
    counts = "，".join(
        f"{_WORDS[status]} {number} 项" for status, number in content["counts"].items() if number
    )
    lines = [f"{city}对照国家环境保护模范城市考核的 {len(rows)} 项指标逐项评定：{counts}。"]
    for status, head in (
        ("missed", "不达标的指标"),
        ("partial", "数据不全的指标"),
        ("margin", "接近限值的指标"),
    ):
        found = [row for row in rows if row["status"] == status]
        if found:
            lines += [
                "",
                f"## {head}",
                *[
                    f"- {row['number']} {row['short_name']}：{row['headline']}{_after(row['remark'])}"
                    for row in found
                ],
            ]
    return "\n".join(lines)


def _foreword(city: str, plan_name: str) -> str:
    return "\n".join(
        [
            f"{city}按照《{plan_name.strip('《》')}》开展创建国家环境保护模范城市工作，逐项落实指标任务、重点工程和专项行动。",
            "",
            "本资料汇总各项指标的考核要求、完成情况、计算过程、工作开展情况和佐证材料，供省级预评估审阅。"
            "所列数据均经单位审核、牵头单位核定和创模办审定，每项结论都可追溯到原始报表和佐证材料。",
        ]
    )


def _from_tables(content: Mapping[str, Any]) -> str:
    """Facts and the first lines of tables, as sentences."""
    lines: list[str] = []
    for section in content.get("sections", ()):
        for block in section["blocks"]:
            if block["kind"] == "facts":
                lines.append("，".join(f"{name} {value}" for name, value in block["facts"]) + "。")
            elif block["kind"] == "table" and section["code"] not in ("overview",):
                lines.append(f"{block['table']['title']}共 {len(block['table']['rows'])} 项。")
    return "\n\n".join(lines)


def _short(text: str) -> str:
    """The first two sentences."""
    sentences = [one for one in text.replace("\n", "").split("。") if one]
    return "。".join(sentences[:2]) + "。"


def _after(remark: str) -> str:
    return f"，{remark}" if remark else ""
