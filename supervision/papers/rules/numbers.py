"""发文字号: 机关代字〔year〕number 号 (GB/T 9704-2012, 7.2.5). Pure."""

from __future__ import annotations


def number_text(place: str, letters: str, year: int, number: int) -> str:
    """水 + 创督 + 2017 + 3 → 水创督〔2017〕3号: six-cornered brackets, the full year, no leading zeros, no 第."""
    return f"{place}{letters}〔{year}〕{number}号"


def place_of(short_name: str) -> str:
    """What stands for a county in its office's numbers as long as nobody registered it: 钟山区 → 钟山."""
    for ending in ("特区", "区", "县", "市"):
        if short_name.endswith(ending) and len(short_name) > len(ending) + 1:
            return short_name.removesuffix(ending)
    return short_name
