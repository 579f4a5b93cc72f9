"""Sections of docs/benchmarks.md that one measurement owns: put in place of what it wrote last time."""

from __future__ import annotations

import re
from collections.abc import Sequence


def put_section(text: str, heading: str, lines: Sequence[str]) -> str:
    """The document with the section `## heading` holding `lines`, where it stood, else at the end."""
    section = "\n".join([f"## {heading}", "", *lines]) + "\n"
    old = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.M | re.S)
    if old.search(text):
        return old.sub(lambda _: f"{section}\n", text, count=1).rstrip("\n") + "\n"
    return f"{text.rstrip(chr(10))}\n\n{section}"
