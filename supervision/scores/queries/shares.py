"""What each state wins, as the round that is being computed has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from supervision.scores.models import ShareRule
from supervision.scores.rules.parts import Row

__all__ = ["held_shares", "judged_row", "share_table", "shares_as_json"]

Shares = Mapping[str, Mapping[str, str | None]]
_held: ContextVar[Shares | None] = ContextVar("chuangmo_score_shares", default=None)


def shares_as_json() -> dict[str, dict[str, str | None]]:
    """The register as it stands, by part and state; None = doesn't count. One query."""
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for part, state, share in ShareRule.objects.order_by("order", "pk").values_list("part", "state", "share"):
        found[part][state] = None if share is None else str(share)
    return dict(found)


@contextmanager
def held_shares(shares: Shares) -> Iterator[None]:
    """Within the block parts are judged by these: a final round is checked by the rules that it was computed with."""
    token = _held.set(shares)
    try:
        yield
    finally:
        _held.reset(token)


def share_table(part: str) -> dict[str, Decimal | None]:
    """What each state of a part wins; one query, none within `held_shares`."""
    shares = _held.get()
    table = shares_as_json() if shares is None else shares
    return {state: None if share is None else Decimal(share) for state, share in table.get(part, {}).items()}


def judged_row(table: Mapping[str, Decimal | None], state: str, *, label: str, url: str, note: str) -> Row:
    """A row by the table; a state that it doesn't name isn't counted."""
    share = table.get(state)
    if share is None:
        return Row(label, url, Decimal(0), f"{note}（不计入）", counts=False)
    return Row(label, url, share, note)
