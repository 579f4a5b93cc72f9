"""When a picture was taken, and whether that fits the month. Pure.

Source: issue: EXIF, if there is any, must fit the month; if none, the person states the date.
"""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["date_of_exif", "picture_fault"]


def date_of_exif(text: object) -> date | None:
    """The day of an EXIF time (“2017:05:12 09:30:00”); None for what is none (“0000:00:00 00:00:00”)."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.strptime(text.strip("\x00 ")[:10], "%Y:%m:%d").date()
    except ValueError:
        return None


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
