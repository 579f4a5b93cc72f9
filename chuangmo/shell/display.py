"""How numbers and sizes are written for a person: pure functions, the same for page, print and mail (days: chuangmo.days).

A missing number is an em dash, never a zero.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from chuangmo.days import MISSING

THIN_SPACE = "\u2009"


def figure(value: object, places: int | None = None) -> str:
    """A number with a thin space every three digits: 9412.5 → “9 412.5”.

    `places` rounds half to even (GB/T 8170); without it the value keeps its own places, trailing zeros dropped.
    None, an empty text and whatever is no finite number show as an em dash; text that is no number is shown as it is.
    """
    if value is None or value == "":
        return MISSING
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return MISSING
    try:
        return _grouped(_rounded(number, places))
    except InvalidOperation:  # more digits than the arithmetic carries: 1e400
        return str(value)


def percent(value: object, places: int | None = 1) -> str:
    """A ratio as a percentage: 0.921 → “92.1%”; missing as an em dash."""
    if value is None or value == "":
        return MISSING
    try:
        number = Decimal(str(value)) * 100
    except InvalidOperation:
        return str(value)
    text = figure(number, places)
    return text if text == MISSING else f"{text}%"


def _rounded(number: Decimal, places: int | None) -> Decimal:
    if places is not None:
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    trimmed = number.normalize()
    exponent = trimmed.as_tuple().exponent
    return trimmed.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else trimmed


def _grouped(number: Decimal) -> str:
    if number.is_zero():
        number = abs(number)  # no “−0.0”
    sign = "−" if number < 0 else ""
    return sign + f"{abs(number):,f}".replace(",", THIN_SPACE)


def file_size(size: int | None) -> str:
    """“214 KB”, “2.1 MB”, “50 MB”; bytes below one KB."""
    if size is None:
        return MISSING
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size // 1024} KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
