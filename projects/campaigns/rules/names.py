"""Whether two names of the register mean the same thing. Pure.

People write ｢六盘水Ａ水泥（集团）有限责任公司｣ and “六盘水A水泥(集团) 有限公司”. `name_key` brings what only differs in width,
blanks, brackets, case and the form of company to one spelling; `Pool` finds names that are nearly the same, so that a person
can say whether they are (issue 6: “the same firm twice under two spellings”). Names that differ in a number, a letter or a
point of the compass (第一小学, 第二小学) are no near ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

__all__ = ["Near", "Pool", "name_key", "plain_spelling"]

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_MARKS = re.compile(r"[^\w]+|_")
_COMPANY = (("有限责任公司", "有限公司"), ("有限责任", "有限"))
_ORDINALS = re.compile(r"[0-9]+|[a-z]+|[一二三四五六七八九十百千零〇甲乙丙丁戊东南西北]")
_SHORTEST_CORE = 4


def plain_spelling(text: str) -> str:
    """The name as a person would see it: one width, no blanks at the ends, single ones within."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def name_key(text: str) -> str:
    """What names that differ only in width, blanks, marks, case or the form of company have in common."""
    key = _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
    for long, short in _COMPANY:
        key = key.replace(long, short)
    return key


@dataclass(frozen=True, slots=True)
class Near:
    """A name that may mean the same as another: `score` in per cent, 100 where only the place before it differs."""

    key: str
    score: float


@dataclass
class Pool:
    """Names among which near ones are looked for, in blocks (a unit, a county): only within a block.

    `places` are names of city and counties that may stand before a name or not; `near` is from how much on a name is
    near: per cent of the longer one's characters that are in common and in order (`RegisterRules.near`).
    """

    places: Collection[str] = ()
    near: int = 90
    _keys: dict[tuple[object, tuple[str, ...]], dict[str, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _cores: dict[tuple[object, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, key: str, blocks: Collection[object]) -> None:
        """Take a name's key into these blocks."""
        numbers, core = _numbers(key), self._core(key)
        for block in blocks:
            self._keys[block, numbers][key] = None
            self._cores[block, core][key] = None

    def nearest(self, key: str, blocks: Collection[object]) -> Near | None:
        """The name in these blocks that is nearest to the key (itself left out), or None."""
        numbers, core = _numbers(key), self._core(key)
        for block in blocks:
            for other in self._cores.get((block, core), ()):
                if other != key and len(core) >= _SHORTEST_CORE:
                    return Near(other, 100)
        best: Near | None = None
        for block in blocks:
            keys = self._keys.get((block, numbers))
            if not keys:
                continue
            found = process.extract(key, keys.keys(), scorer=fuzz.ratio, score_cutoff=self.near, limit=2)
            for other, score, _ in found:
                if other != key and (best is None or score > best.score):
                    best = Near(other, score)
        return best

    def _core(self, key: str) -> str:
        """The key without the places before it."""
        went = True
        while went:
            went = False
            for place in self.places:
                if key.startswith(place) and len(key) > len(place):
                    key, went = key[len(place) :], True
        return key


def _numbers(key: str) -> tuple[str, ...]:
    return tuple(_ORDINALS.findall(key))
