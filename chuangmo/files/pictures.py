"""Pictures: when and where the camera says that they were taken, and a form that every browser shows.

A telephone's HEIC becomes a JPEG and its original is kept; a picture of tens of megabytes is made smaller. Both are said
(`Prepared.note`), nothing is changed silently. The camera's words (EXIF) stay in what is shown.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, UnidentifiedImageError

from chuangmo.errors import Invalid
from chuangmo.files import rules
from chuangmo.files.services import check_upload

__all__ = ["BROKEN_PICTURE", "Prepared", "exif_day", "prepare_picture"]

pillow_heif.register_heif_opener()

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _DIGITIZED, _CHANGED = 0x9003, 0x9004, 0x0132
MAX_PIXELS = 200_000_000  # a bomb unpacks to more
LARGE_BYTES = 15 * 1024 * 1024
LONG_SIDE = 4096  # pixels of what a large picture is made to
QUALITY = 88
# What the readers of pictures raise for one that is damaged; they have no error of their own for most of it.
BROKEN_PICTURE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
SHOWN = {"jpg", "jpeg", "png"}  # what every browser shows
CONVERTED = {"heic", "heif"}


@dataclass(frozen=True)
class Prepared:
    """What is stored: `shown` for browsers, `original` too where that was converted. `place` is (latitude, longitude)."""

    shown: UploadedFile
    original: UploadedFile | None
    taken_on: date | None
    place: tuple[float, float] | None
    note: str


def exif_day(upload: UploadedFile) -> date | None:
    """The day on which the camera says that it was taken; None where the picture says nothing. Invalid for no picture."""
    with _opened(upload) as image:
        return _day(image)


def prepare_picture(upload: UploadedFile) -> Prepared:
    """Check a picture and bring it into a form that is shown everywhere. Invalid({"file": …}) for what is none."""
    check_upload(upload)
    name = rules.clean_name(upload.name or "")
    suffix = rules.extension(name)
    if suffix not in SHOWN | CONVERTED:
        raise Invalid({"file": f"“{name}”不是照片：请选 JPG、PNG 或 HEIC 文件"})
    size = upload.size or 0
    with _opened(upload) as image:
        taken_on, place = _day(image), _place(image)
        if suffix not in CONVERTED and size <= LARGE_BYTES:
            image.load()  # half a picture is none
            shown, original, note = upload, None, ""
        else:
            shown = _jpeg(image, name)
            original = upload if suffix in CONVERTED else None
            words = rules.size_words
            note = (
                "由 HEIC 转换，原件已保留"
                if suffix in CONVERTED
                else f"原图 {words(size)}，已缩小到 {words(shown.size or 0)} 保存"
            )
    for file in (shown, original):
        if file is not None:
            file.seek(0)
    return Prepared(shown, original, taken_on, place, note)


def _jpeg(image: Image.Image, name: str) -> UploadedFile:
    exif = image.info.get("exif") or image.getexif().tobytes()
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=QUALITY, exif=exif)
    return SimpleUploadedFile(f"{PurePosixPath(name).stem}.jpg", out.getvalue(), "image/jpeg")


@contextmanager
def _opened(upload: UploadedFile) -> Iterator[Image.Image]:
    upload.seek(0)
    try:
        with Image.open(upload) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid({"file": f"“{upload.name}”太大（{image.width}×{image.height} 像素）"})
            yield image
    except BROKEN_PICTURE as error:
        raise Invalid({"file": f"“{upload.name}”打不开，不是完好的照片"}) from error
    finally:
        upload.seek(0)


def _day(image: Image.Image) -> date | None:
    exif = image.getexif()
    inner = exif.get_ifd(_EXIF)
    said = (inner.get(_TAKEN), inner.get(_DIGITIZED), exif.get(_CHANGED))
    return next((day for text in said if (day := rules.date_of_exif(text)) is not None), None)


def _place(image: Image.Image) -> tuple[float, float] | None:
    gps = image.getexif().get_ifd(_GPS)
    latitude = rules.degrees_of_exif(gps.get(2), gps.get(1))
    longitude = rules.degrees_of_exif(gps.get(4), gps.get(3))
    return (latitude, longitude) if latitude is not None and longitude is not None else None
