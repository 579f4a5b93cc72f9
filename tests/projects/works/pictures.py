"""Real pictures, with and without the camera's word on when they were taken."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "工地.jpg", taken: str | None = None, color: str = "green") -> SimpleUploadedFile:
    """A small JPEG; `taken` (“2017:05:12 09:30:00”) becomes its EXIF DateTimeOriginal."""
    image = Image.new("RGB", (64, 48), color)
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
