"""From text to the terms of the full-text index, and from what a person types to what is looked up there. Pure.

A run of Chinese characters becomes its overlapping pairs, and its last character alone: whatever phrase of two or more
characters stands in a text is a sequence of terms of the index, wherever a dictionary would cut it. Letters and digits
become words. What is typed is looked up as it stands (a sequence) or as all of its words, cut by jieba.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = ["TAIL", "Phrase", "Wanted", "fold", "terms_of", "wanted_of"]

TAIL = 40  # characters that a chunk repeats of the next: the longest phrase that is surely found
MOST_TERMS, LONGEST_TERM = 8, 60
_CHINESE = "\u3007\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"(?P<chinese>[{_CHINESE}])|(?P<blank>\s+)|(?P<word>[^\W_{_CHINESE}]+)|(?P<mark>.)", re.S
)


class _Folding(dict[int, str]):
    """Full-width to half-width, capitals to small letters, one character for one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        found = self[code] = plain if len(plain) == 1 else chr(code)
        return found


_FOLDING: Any = _Folding()


def fold(text: str) -> str:
    """The text as it is compared: of the same length."""
    return text.translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that follow each other; of the last one only the beginning where `is_prefix`."""

    terms: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that was typed: as it stands, and as the words that all have to be there (empty where that says no more).

    `needles` are the texts to mark in what was found.
    """

    exact: Phrase
    words: tuple[Phrase, ...]
    needles: tuple[str, ...]


def terms_of(text: str) -> list[str]:
    """The terms of a text, in order."""
    return [term for term, _ in _terms(text, is_whole=True)]


def _terms(text: str, *, is_whole: bool) -> Iterator[tuple[str, bool]]:
    """Terms with whether more may follow in the term itself. `is_whole`: the end of the text ends its last run, too."""
    last = ""  # character of the run that is open
    pairs = 0
    for piece in _PIECE.finditer(fold(text)):
        kind, found = piece.lastgroup, piece.group()
        if kind == "chinese":
            if last:
                yield last + found, False
                pairs += 1
            last = found
        elif kind != "blank":  # a line break within a word is the paper's, not the language's
            if last:
                yield last, False
            last, pairs = "", 0
            if kind == "word":
                yield found, piece.end() == len(text)
    if last and (is_whole or not pairs):
        yield last, True


def phrase_of(text: str) -> Phrase | None:
    """What is typed as a sequence of terms; None where nothing of it is in any index. It may go on in the text."""
    found = list(_terms(text, is_whole=False))
    if not found:
        return None
    return Phrase(tuple(term for term, _ in found), found[-1][1])


def wanted_of(query: str) -> list[Wanted]:
    """What was typed, separated by blanks; each of it has to be in the file."""
    wanted = []
    for typed in query.split()[:MOST_TERMS]:
        typed = typed[:LONGEST_TERM]
        exact = phrase_of(typed)
        if exact is None:
            continue
        words = [word for word in _words(fold(typed)) if len(word) > 1]
        phrases = (
            [phrase for word in words if (phrase := phrase_of(word)) is not None] if len(words) > 1 else []
        )
        wanted.append(Wanted(exact, tuple(phrases), (typed, *(words if phrases else ()))))
    return wanted


def _words(text: str) -> list[str]:
    return list(_cutter().cut(text))


@cache
def _cutter() -> Any:
    """Loaded with the first search: reading the dictionary takes most of a second."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    return cutter
