"""Reporter tokens (domain.md §3): who owes an element, an answer or a material. Pure.

A token is one or several of `counties`, `responsible`, `lead`, `unit:NAME`, joined by `+`. They resolve against the
duties of the indicator: `counties` = its responsible units of kind county or zone, `responsible` = all its
responsible units, `lead` = its leads, `unit:NAME` = that unit, with or without a duty. Members of a responsible
group owe the narrative and evidence, not the figures (domain.md §2): they take part only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indicators.plan.rules.spans import ALWAYS, Span

__all__ = ["MEMBER", "WORDS", "Holder", "Token", "expand", "parse_token", "unit_names"]

COUNTIES, RESPONSIBLE, LEAD, UNIT = "counties", "responsible", "lead", "unit:"
MEMBER = "member"  # role of a holder that belongs to a group which is responsible
WORDS = (COUNTIES, RESPONSIBLE, LEAD)
_COUNTY_KINDS = frozenset({"county", "zone"})


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a reporter token: a word of `WORDS`, or the name of a unit."""

    word: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit that holds a duty for an indicator, by itself or (role `MEMBER`) by its group: of what kind, from when to
    when, in which place."""

    unit_id: int
    role: str
    kind: str
    span: Span = ALWAYS
    order: int = 0


def parse_token(text: str) -> list[Token]:
    """Take a token apart. ValueError (Chinese) for an unknown word, a missing name, or nothing at all."""
    tokens = []
    for part in text.split("+"):
        part = part.strip()
        if part in WORDS:
            tokens.append(Token(word=part))
        elif part.startswith(UNIT) and part.removeprefix(UNIT).strip():
            tokens.append(Token(unit=part.removeprefix(UNIT).strip()))
        else:
            raise ValueError(f"“{text}”不对：应为 counties、responsible、lead 或 unit:单位全称，可用 + 连接")
    return tokens


def unit_names(text: str) -> list[str]:
    """The units that a token names directly (`unit:NAME`)."""
    return [token.unit for token in parse_token(text) if token.unit]


def expand(
    tokens: Iterable[Token],
    holders: Iterable[Holder],
    named: dict[str, int],
    at: date,
    *,
    with_members: bool = False,
) -> list[int]:
    """Ids of the units that owe on a day, each once, in the order of tokens and duties, members of groups last.

    `holders` are the duties of one indicator, `named` the ids of units by name. KeyError for a name not in it.
    """
    held = sorted(
        (one for one in holders if at in one.span and (with_members or one.role != MEMBER)),
        key=lambda one: (one.role == MEMBER, one.order),
    )
    ids: dict[int, None] = {}
    for token in tokens:
        if token.unit:
            ids[named[token.unit]] = None
        for holder in held:
            if _means(token.word, holder):
                ids[holder.unit_id] = None
    return list(ids)


def _means(word: str, holder: Holder) -> bool:
    if word == LEAD:
        return holder.role == "lead"
    is_responsible = holder.role in ("responsible", MEMBER)
    if word == RESPONSIBLE:
        return is_responsible
    return word == COUNTIES and is_responsible and holder.kind in _COUNTY_KINDS
