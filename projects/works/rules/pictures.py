"""Whether the day on which a picture was taken fits the month. Pure.

Source: issue: EXIF, if there is any, must fit the month; if none, the person states the date.
"""

from __future__ import annotations

from datetime import date

__all__ = ["picture_fault"]


def picture_fault(exif: date | None, stated: date | None, start: date, end: date) -> tuple[str, str]:
    """(cell, why this picture can't stand for the month from `start` to `end`); two empty texts when it can."""
    month = f"{start.year} 年 {start.month} 月"
    if exif is not None:
        if not start <= exif <= end:
            return "file", f"照片拍摄于 {exif}，不在 {month}"
        return "", ""
    if stated is None:
        return "taken_on", "照片里没有拍摄信息，请填拍摄日期"
    if not start <= stated <= end:
        return "taken_on", f"拍摄日期 {stated} 不在 {month}"
    return "", ""
