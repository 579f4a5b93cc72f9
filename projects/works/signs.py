"""How lights look: the five signs of the house with words of their own, the same on page, in Excel and on paper."""

from __future__ import annotations

from collections.abc import Mapping

from projects.works.rules.light import Light

__all__ = ["LIGHTS", "LIGHT_CHOICES"]

# Light → (status of chuangmo.shell.signs, word).
LIGHTS: Mapping[str, tuple[str, str]] = {
    Light.GREEN: ("met", "正常"),
    Light.YELLOW: ("margin", "偏慢"),
    Light.RED: ("missed", "滞后"),
    Light.DONE: ("met", "已完成"),
    Light.WAITING: ("none", "未开始"),
    Light.UNKNOWN: ("partial", "缺进度"),
    Light.NONE: ("none", "未排工期"),
}
LIGHT_CHOICES = [(code, word) for code, (_, word) in LIGHTS.items()]
