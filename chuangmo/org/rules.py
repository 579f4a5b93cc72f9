"""How names of units are compared. Pure.

People write 市环保局, “六盘水市环境保护局 ” or ｢贵州燃气(集团)六盘水燃气有限公司｣; tables come with full-width
letters and stray spaces. A name is first compared as it is (`plain_name`), then without the city in front and the
words 人民政府 or 管委会 behind (`loose_name`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher

__all__ = ["closest_names", "loose_name", "plain_name", "split_names"]

_BRACKETS = str.maketrans(
    {"[": "(", "]": ")", "【": "(", "】": ")", "〔": "(", "〕": ")", "｛": "(", "｝": ")"}
)
_DROPPED = re.compile(r"[\s\u200b\ufeff“”\"'‘’。．·]+")
_PARTY = "中共"
_ENDINGS = ("人民政府", "政府", "管理委员会", "管委会")
_SEPARATORS = "、，,；;\n"
_OPENING, _CLOSING = "（(《【[", "）)》】]"
_LIKENESS = 0.5


def plain_name(text: str) -> str:
    """The name in one width, without spaces, quotation marks and a full stop at its end; brackets as ( )."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS))


def loose_name(text: str, city: str = "六盘水市") -> str:
    """The plain name without the city (六盘水市 or 市) before it and 人民政府 / 管委会 after it.

    A name that consists of nothing else stays as it is.
    """
    name = plain_name(text).removeprefix(_PARTY)
    for start in (city, "市"):
        if name.startswith(start) and len(name) > len(start) + 1:
            name = name.removeprefix(start)
            break
    ending = next((end for end in _ENDINGS if name.endswith(end)), "")
    return name.removesuffix(ending) or name


def split_names(text: str) -> list[str]:
    """The names in a list (、 ， ； or new lines between them); separators within brackets belong to a name."""
    names, current, depth = [], "", 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if character in _SEPARATORS and depth <= 0:
            names.append(current)
            current = ""
        else:
            current += character
    return [name.strip() for name in [*names, current] if name.strip()]


def closest_names(text: str, names: Collection[str], count: int = 3) -> list[str]:
    """Up to `count` of the names that look most like the text, best first; none that is quite different."""
    wanted = loose_name(text)
    scored = sorted(
        ((SequenceMatcher(None, wanted, loose_name(name)).ratio(), name) for name in dict.fromkeys(names)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return [name for score, name in scored[:count] if score >= _LIKENESS]
