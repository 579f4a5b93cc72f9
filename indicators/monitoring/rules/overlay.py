"""What a person typed, laid over what stands now: only cells that they changed count as theirs.

A page may be open for an hour, a draft may lie for days: what somebody else stored meanwhile is taken over where the person
changed nothing, and told where both did. Cells are named `site:code`; one without a text is blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Clash", "Overlay", "lay_over"]

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Clash:
    """The person changed the cell, and what stood there when they did is no longer what stands there."""

    before: str
    now: str


@dataclass
class Overlay:
    """`texts`: every cell as it is to be shown and saved; `changed`: the person's own; `gone`: those of them that the
    grid no longer has; `moved`: cells in which something else stands now than the page knew."""

    texts: dict[str, str]
    changed: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)


def lay_over(ground: Cells, typed: Cells, basis: Cells, *, proposed: Cells) -> Overlay:
    """`ground`: every cell of the grid as it stands; `basis`: what the page showed before anything was typed.

    `proposed` are cells that hold the page's own proposal where nothing is stored (the time): no two persons differ there.
    """
    moved = {cell: now for cell, now in ground.items() if now != basis.get(cell, "")}
    found = Overlay(dict(ground), moved=moved)
    for cell, text in typed.items():
        before = basis.get(cell, "")
        if text == before:
            continue
        if cell not in ground:
            found.gone |= {cell: text} if text else {}
            continue
        now = ground[cell]
        if text == now:
            continue
        found.texts[cell] = found.changed[cell] = text
        if now != before and proposed.get(cell) != now:
            found.clashes[cell] = Clash(before, now)
    return found
