"""All checks over a book of figures; which rules a change of some elements concerns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import localcontext

from .patterns import jump_hits, repeat_hits, round_hits
from .relations import codes_read, relation_hits
from .watching import _ARITHMETIC, Book, Hit, Rule

__all__ = ["RELATION", "concerned", "find_hits"]

RELATION = "relation"
_CHECKS: dict[str, Callable[[Rule, Book], list[Hit]]] = {
    RELATION: relation_hits,
    "jump": jump_hits,
    "repeat": repeat_hits,
    "round": round_hits,
}


def find_hits(rules: Iterable[Rule], book: Book) -> list[Hit]:
    """Every hit, in a stable order; the same book and rules always give the same."""
    with localcontext(_ARITHMETIC):
        hits = [hit for rule in rules for hit in _CHECKS[rule.kind](rule, book)]
    return sorted(hits, key=lambda hit: (hit.rule, hit.element, hit.unit, hit.period, hit.mark))


def concerned(rules: Iterable[Rule], changed: Collection[str]) -> tuple[list[Rule], set[str]]:
    """The rules that read any of the changed elements, and every element that they need.

    A pattern looks at the changed elements alone, a relation at all that it reads.
    """
    found, needed = [], set(changed)
    for rule in rules:
        if rule.kind != RELATION:
            if not rule.elements or rule.elements & set(changed):
                found.append(rule)
        elif codes_read(rule) & set(changed):
            found.append(rule)
            needed |= codes_read(rule)
    return found, needed
