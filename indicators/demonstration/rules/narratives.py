"""What a unit writes in a month about an indicator: 工作进展, 存在问题, 下一步措施."""

from __future__ import annotations

from .chance import one_of, pick
from .wording import Words
from .words_first import WORDS as FIRST
from .words_second import WORDS as SECOND

__all__ = ["BEGUN", "narrative"]

_WORDS: dict[int, Words] = {**FIRST, **SECOND}
_OPENINGS = (
    "{month}月，", "本月，", "{month}月份，按照方案分工，", "本月按工作计划，", "{month}月以来，",
)  # fmt: skip
_ADDITIONS = (
    "相关资料已整理归档。",
    "重点任务均明确了责任人和完成时限。",
    "已向创模办报送工作信息 {n} 条。",
    "分管领导现场调度 {n} 次。",
    "",
    "",
)
_NO_PROBLEM = ("", "", "暂无突出问题。")
BEGUN = ("{month}月工作正在汇总。", "初稿，待科室补充数据后提交。", "")


def narrative(indicator: int, unit: str, role: str, year: int, month: int) -> dict[str, str]:
    """Texts by kind; `role` is lead, county or bureau. A month without a problem needs no measure."""
    words = _WORDS[indicator]
    about = (indicator, unit, year, month)
    first = getattr(words, role)[(pick(97, indicator, unit, role) + month) % len(getattr(words, role))]
    more = one_of(_ADDITIONS, "more", *about)
    texts = {
        "progress": one_of(_OPENINGS, "opening", *about) + first + more,
        "problems": one_of(words.problems, "problem", *about),
        "measures": one_of(words.measures, "measure", *about),
    }
    if pick(10, "none", *about) < 3:
        texts["problems"] = one_of(_NO_PROBLEM, "none", *about)
        texts["measures"] = "继续按计划推进，下月重点抓好台账和佐证材料。" if texts["problems"] else ""
    return {kind: _filled(text, about, kind, month) for kind, text in texts.items()}


def _filled(text: str, about: tuple[object, ...], kind: str, month: int) -> str:
    """Every {n} and {k} a count of its own."""
    parts = text.split("{n}")
    text = parts[0] + "".join(
        f"{2 + pick(19, kind, 'n', place, *about)}{part}" for place, part in enumerate(parts[1:])
    )
    parts = text.split("{k}")
    text = parts[0] + "".join(
        f"{10 * (4 + pick(60, kind, 'k', place, *about))}{part}" for place, part in enumerate(parts[1:])
    )
    return text.replace("{month}", str(month))
