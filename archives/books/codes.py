"""Verification codes 核验码: random, easy to read aloud and to type from paper.

Twelve characters of thirty (about 59 bits): nobody finds a code by trying. Letters and digits that look alike on paper
(0 O, 1 I L, U V) are left out.
"""

from __future__ import annotations

import secrets
import unicodedata

__all__ = ["ALPHABET", "LENGTH", "code_fault", "grouped", "new_code", "read_code"]

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_JOINTS = dict.fromkeys(map(ord, " -_–—−·.\t\r\n\u3000\u200b"))


def new_code() -> str:
    """A fresh code, without joints: 7KQ2M9TX4HWD."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """As it is printed: 7KQ2-M9TX-4HWD."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """What somebody typed, without joints, in capitals, full-width letters made plain; not checked."""
    return unicodedata.normalize("NFKC", typed).translate(_JOINTS).upper()


def code_fault(code: str) -> str:
    """What is wrong with a code that `read_code` read, in Chinese; empty if it can be one."""
    if not code:
        return "请输入核验码。"
    strange = sorted(set(code) - set(ALPHABET))
    if strange:
        return f"核验码里没有“{'、'.join(strange[:4])}”这样的字符（不用 0 O 1 I L U，以免看错）。"
    if len(code) != LENGTH:
        return f"核验码是 {LENGTH} 个字符，现在是 {len(code)} 个。"
    return ""
