"""Whether the fonts that prints name are there: told at the start and on /status/."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from chuangmo.jobs.status import BAD, OK, StatusRow

__all__ = ["check_fonts", "font_status", "missing_fonts"]

_REMEDY = "安装后重新制作资料；Debian 上是 apt install fonts-noto-cjk。"


def missing_fonts() -> list[str]:
    """The families of settings.PRINT_FONTS that fontconfig does not know; all of them where there is no fontconfig."""
    listing = shutil.which("fc-list")
    if listing is None:
        return list(settings.PRINT_FONTS)
    found = subprocess.run(
        [listing, ":", "family"], capture_output=True, text=True, timeout=30, check=False
    ).stdout
    known = {name.strip() for line in found.splitlines() for name in line.split(",")}
    return [name for name in settings.PRINT_FONTS if name not in known]


@register("fonts")
def check_fonts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Django's start-up check: a warning for each family that is missing."""
    return [
        Warning(f"本机没有字体“{name}”，打印件会用别的字体，可能缺字。", hint=_REMEDY, id="dossiers.W001")
        for name in missing_fonts()
    ]


def font_status() -> list[StatusRow]:
    """A line of the status page."""
    missing = missing_fonts()
    if missing:
        return [StatusRow("打印字体", BAD, f"缺少 {'、'.join(missing)}：打印件可能缺字。{_REMEDY}")]
    return [StatusRow("打印字体", OK, f"{'、'.join(settings.PRINT_FONTS)} 都在。")]
