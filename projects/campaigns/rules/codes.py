"""The unified social credit code (统一社会信用代码). Pure.

Source: GB 32100-2015: 18 characters of 0–9 and A–Z without I, O, S, V, Z; the last one checks the others.
"""

from __future__ import annotations

import unicodedata

__all__ = ["credit_code_fault", "plain_code", "with_check_sign"]

LENGTH = 18
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(LENGTH - 1)]


def plain_code(text: str) -> str:
    """The code in one spelling: half-width capitals, no blanks or dots."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in text if not sign.isspace() and sign not in "·.•")


def credit_code_fault(code: str) -> str:
    """What is wrong with a plain code, as a sentence; empty where nothing is."""
    if len(code) != LENGTH:
        return f"统一社会信用代码应有 18 位，这里有 {len(code)} 位"
    strange = sorted({sign for sign in code if sign not in _SIGNS})
    if strange:
        return f"统一社会信用代码里不会有“{'、'.join(strange)}”"
    if code != (right := with_check_sign(code[:-1])):
        return f"统一社会信用代码校验位不对（末位应为 {right[-1]}），请核对有没有抄错"
    return ""


def with_check_sign(body: str) -> str:
    """The first 17 characters with the one that checks them."""
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return body + _SIGNS[-total % 31]
