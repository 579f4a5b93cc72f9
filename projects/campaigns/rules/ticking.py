"""What a member lacks before it may be ticked off. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

__all__ = ["what_is_missing"]


def what_is_missing(
    proofs: Sequence[str],
    has: Collection[str],
    *,
    measure: str,
    unit: str,
    minimum: Decimal | None,
    value: Decimal | None,
) -> list[str]:
    """In words: each proof without a file, a figure that is not there or below its limit; empty where all is well."""
    missing = [f"缺“{proof}”" for proof in proofs if proof not in has]
    if measure and value is None:
        missing.append(f"没有填{measure}")
    elif measure and minimum is not None and value is not None and value < minimum:
        missing.append(f"{measure} {_text(value)} {unit}，不到 {_text(minimum)} {unit}".replace("  ", " "))
    return missing


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
