"""Rounding and writing of numbers.

Rounding: GB/T 8170-2008 《数值修约规则与极限数值的表示和判定》 3.2: the discarded part below half is dropped, above
half rounds up, exactly half goes to the even digit; one step only, never a rounding of a rounding (3.3).
Writing: GB/T 15835-2011 《出版物上数字用法》 and SI: groups of three digits apart by a thin space.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal

__all__ = ["MINUS", "THIN_SPACE", "format_number", "round_half_even", "strip_zeros"]

THIN_SPACE = "\u2009"
MINUS = "\u2212"

# A context of its own: the default one refuses to quantize past 28 digits, sums of Decimal(20, 6) may pass that.
_EXACT = Context(prec=min(MAX_PREC, 1000), Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_EVEN)


def round_half_even(value: Decimal, places: int) -> Decimal:
    """Round to `places` decimals, half to even (GB/T 8170-2008 3.2).

    `places` may be negative (−2 rounds to hundreds, GB/T 8170 3.1). A zero comes back without a sign.
    ValueError if the value is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"不能修约“{value}”")
    rounded = value.quantize(Decimal(1).scaleb(-places, _EXACT), context=_EXACT)
    if places < 0:
        rounded = rounded.quantize(Decimal(1), context=_EXACT)
    return rounded.copy_abs() if rounded.is_zero() else rounded


def strip_zeros(value: Decimal) -> Decimal:
    """The same number without trailing decimal zeros and without an exponent: 12.500 → 12.5, 1E+3 → 1000."""
    plain = value.normalize(_EXACT)
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        plain = plain.quantize(Decimal(1), context=_EXACT)
    return plain.copy_abs() if plain.is_zero() else plain


def format_number(value: Decimal, places: int | None = None) -> str:
    """The number as people read it: thin spaces (U+2009) every three integer digits, a true minus sign (U+2212).

    `places`: rounded half to even and shown with exactly that many decimals; None shows every decimal that
    the value has, trailing zeros left out. ValueError if the value is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"不能显示“{value}”")
    shown = strip_zeros(value) if places is None else round_half_even(value, places)
    whole, _, decimals = f"{abs(shown):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN_SPACE)
    sign = MINUS if shown < 0 else ""
    return f"{sign}{grouped}.{decimals}" if decimals else f"{sign}{grouped}"
