"""Pictures: whether they open, their fingerprint, a smaller copy for the page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from archives.texts.reading.archives import Bomb
from archives.texts.reading.texts import CutOff
from archives.texts.rules import problems

MOST_PIXELS = 120_000_000
WIDEST = 1600


def read_picture(path: Path, answer: dict[str, Any]) -> list[str]:
    """No text; notes the fingerprint. `CutOff` for a picture that ends too early."""
    import dhash

    picture = _opened(path)
    answer["problem"] = problems.PICTURE
    row, column = dhash.dhash_row_col(picture.convert("L"))
    answer["picture_hash"] = f"{row:016x}{column:016x}"
    return []


def scaled(path: Path) -> bytes:
    """The picture upright, at most 1600 pixels wide and high, as JPEG: without place, camera and whatever else it bore."""
    from PIL import ImageOps

    picture = ImageOps.exif_transpose(_opened(path))
    picture.thumbnail((WIDEST, WIDEST))
    if picture.mode in {"RGBA", "LA", "P"}:
        from PIL import Image

        ground = Image.new("RGB", picture.size, "white")
        solid = picture.convert("RGBA")
        ground.paste(solid, mask=solid.getchannel("A"))
        picture = ground
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _opened(path: Path) -> Any:
    from PIL import Image, ImageFile
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # we say ourselves what is too large
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    picture = Image.open(path)
    if picture.width * picture.height > MOST_PIXELS:
        raise Bomb
    try:
        picture.load()
    except (OSError, SyntaxError) as error:
        raise CutOff from error
    return picture
