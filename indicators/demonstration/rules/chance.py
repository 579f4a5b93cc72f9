"""Variety without chance: what looks random is a hash of what it is about, so that every run gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

__all__ = ["noise", "one_of", "pick"]

T = TypeVar("T")
_SPAN = 10_000


def noise(*about: object) -> Decimal:
    """A number from -1 to 1, in steps of 0.0001, that depends on nothing but what it is about."""
    return Decimal(_hash(about) % (2 * _SPAN + 1) - _SPAN) / _SPAN


def pick(count: int, *about: object) -> int:
    """A number from 0 to count - 1."""
    return _hash(about) % count


def one_of(choices: Sequence[T], *about: object) -> T:
    """One of the choices."""
    return choices[pick(len(choices), *about)]


def _hash(about: tuple[object, ...]) -> int:
    text = "|".join(str(one) for one in about)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
