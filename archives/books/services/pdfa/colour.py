"""The output intent: sRGB, as an ICC profile whose bytes are the same every time."""

from __future__ import annotations

from functools import cache

__all__ = ["IDENTIFIER", "srgb_profile"]

IDENTIFIER = "sRGB IEC61966-2.1"
# ICC.1:2010 7.2: bytes 24 to 35 of a profile's head are the time at which it was made.
_MADE = slice(24, 36)
_FIXED = bytes.fromhex("07e1000100010000 00000000".replace(" ", ""))  # 2017-01-01 00:00:00


@cache
def srgb_profile() -> bytes:
    """The profile (version 2 or 4, three components); the time in it is fixed, so that equal documents stay equal."""
    from PIL import ImageCms  # only when a book is made

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_MADE] = _FIXED
    profile[84:100] = bytes(16)  # the profile's own digest: zero says “not reckoned” (7.2.18)
    return bytes(profile)
