"""Pictures of telephones and cameras: their day and place, HEIC, huge ones, broken ones."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chuangmo.errors import Invalid
from chuangmo.files.pictures import LARGE_BYTES, LONG_SIDE, exif_day, prepare_picture
from chuangmo.files.rules import degrees_of_exif

TAKEN = "2017:06:05 16:40:00"


def exif_of(taken: str | None = TAKEN, place: bool = False) -> Image.Exif:
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 35.0, 24.0), 3: "E", 4: (104.0, 49.0, 48.0)})
    return exif


def heic(name: str = "IMG_0001.HEIC", **more) -> SimpleUploadedFile:
    image = pillow_heif.from_pillow(Image.new("RGB", (120, 80), "red"))
    out = BytesIO()
    image.save(out, quality=60, exif=exif_of(**more).tobytes())
    return SimpleUploadedFile(name, out.getvalue(), "image/heic")


def jpeg(
    size: tuple[int, int] = (120, 80), pad: int = 0, name: str = "现场.jpg", **more
) -> SimpleUploadedFile:
    """`pad` bytes behind the picture's end, which is how a file of 40 MB is made quickly."""
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif_of(**more))
    return SimpleUploadedFile(name, out.getvalue() + b"\0" * pad, "image/jpeg")


def test_heic_becomes_jpeg_and_its_original_is_kept() -> None:
    upload = heic(place=True)
    sent = upload.read()
    found = prepare_picture(upload)
    assert found.original is not None and found.original.read() == sent
    assert (found.shown.name, found.taken_on) == ("IMG_0001.jpg", date(2017, 6, 5))
    assert found.place == (26.59, 104.83)
    assert found.note == "由 HEIC 转换，原件已保留"
    with Image.open(found.shown) as image:
        assert (image.format, image.size) == ("JPEG", (120, 80))
        red, green, _ = image.getpixel((60, 40))
        assert red > 200 > 60 > green
    assert exif_day(found.shown) == date(2017, 6, 5)


def test_forty_megabytes_are_made_smaller_and_said() -> None:
    upload = jpeg((6000, 4000), pad=40 * 1024 * 1024)
    assert (upload.size or 0) > LARGE_BYTES
    found = prepare_picture(upload)
    assert found.original is None and found.taken_on == date(2017, 6, 5)
    assert found.note.startswith("原图 40 MB，已缩小到 ")
    assert (found.shown.size or 0) < 5 * 1024 * 1024
    with Image.open(found.shown) as image:
        assert max(image.size) <= LONG_SIDE


def test_a_usual_picture_stays_as_it_is() -> None:
    upload = jpeg(taken=None)
    found = prepare_picture(upload)
    assert found.shown is upload and upload.tell() == 0
    assert (found.original, found.taken_on, found.place, found.note) == (None, None, None, "")


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (SimpleUploadedFile("报告.pdf", b"%PDF-1.4\n"), "不是照片"),
        (SimpleUploadedFile("现场.jpg", b"MZ\x90\0" * 40), "内容不是 jpg 文件"),
        (SimpleUploadedFile("现场.jpg", jpeg().read()[:300]), "打不开"),
        (SimpleUploadedFile("现场.heic", jpeg().read()), "内容不是 heic 文件"),
        (SimpleUploadedFile("现场.heic", heic().read()[:200]), "打不开"),
        (jpeg(pad=51 * 1024 * 1024), "超过上限 50 MB"),
    ],
    ids=["document", "program", "half", "false name", "half heic", "too large"],
)
def test_what_is_no_picture_is_refused(upload: SimpleUploadedFile, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        prepare_picture(upload)


@pytest.mark.parametrize(
    ("parts", "half", "degrees"),
    [
        ((26.0, 30.0, 0.0), "N", 26.5),
        ((26.0, 30.0, 0.0), "S", -26.5),
        ((181.0, 0.0, 0.0), "E", None),
        ((91.0, 0.0, 0.0), "N", None),
        ((26.0, 30.0), "N", None),
        (None, None, None),
        (("x", 1, 2), "N", None),
    ],
)
def test_degrees(parts, half, degrees) -> None:
    assert degrees_of_exif(parts, half) == degrees
