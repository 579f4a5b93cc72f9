"""MON and SITES: judged from measurements; until the measurement engine registers itself they are 未到期."""

from __future__ import annotations

from ..assembly import put_together
from ..results import PartVerdict
from ..schema import MonPart, SitesPart
from ..wording import threshold_text, value_text
from .registry import Context, judge

__all__ = ["judge_later"]

NOTE = "由监测数据判定，监测计算接入前显示未到期"


@judge("MON", "SITES")
def judge_later(part: MonPart | SitesPart, context: Context) -> PartVerdict:
    """未到期, with the threshold and a note; the real function registers over this one."""
    standard = part.standard if isinstance(part, MonPart) else None
    threshold = f"达到 {standard}" if standard else threshold_text(part.op, part.limit, part.unit)
    return put_together(
        part,
        [],
        expression=part.name,
        threshold=threshold,
        text=value_text(None, 0, ""),
        remark=NOTE,
    )
