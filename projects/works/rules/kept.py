"""A standing as it is kept in a row, to the last digit: what is read back is what was calculated. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from projects.works.rules.light import Judged, Standing

__all__ = ["Kept", "as_json", "from_json"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was judged of one project, and the first stage that is not complete (empty where nothing was accepted)."""

    judged: Judged
    doing: str = ""


def as_json(kept: Kept) -> dict[str, Any]:
    """`begins`, `finish_on`, `doing`, `known`: the standing's fields, or null. Days in ISO form, per cents as text."""
    known = kept.judged.known
    return {
        "begins": _iso(kept.judged.begins),
        "finish_on": _iso(kept.judged.finish_on),
        "doing": kept.doing,
        "known": None
        if known is None
        else {
            **asdict(known),
            "why": list(known.why),
            "as_of": _iso(known.as_of),
            "expected": _iso(known.expected),
            "planned": _text(known.planned),
            "real": _text(known.real),
        },
    }


def from_json(row: Mapping[str, Any]) -> Kept:
    known = row["known"]
    standing = None
    if known is not None:
        standing = Standing(
            light=known["light"],
            why=tuple(known["why"]),
            as_of=_day(known["as_of"]),
            planned=_number(known["planned"]),
            real=_number(known["real"]),
            late_days=known["late_days"],
            expected=_day(known["expected"]),
            expected_late=known["expected_late"],
        )
    return Kept(Judged(_day(row["begins"]), _day(row["finish_on"]), standing), row["doing"])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
