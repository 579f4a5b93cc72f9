"""Plain text: UTF-8, else GB 18030 (which holds GBK and GB 2312), else UTF-16 by its mark."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_plain(path: Path, answer: dict[str, Any]) -> list[str]:
    return [decoded(path.read_bytes())]


def decoded(content: bytes) -> str:
    """ValueError for what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\x00" in content:
        raise ValueError("文件不是文本")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("不是 UTF-8 或 GBK 编码的文本")
