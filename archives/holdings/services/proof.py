"""A file that nobody can open proves nothing: it is refused at the door, with the reason and the way out.

Only what can be told at once and from the file itself; the archive's checks look deeper, in the background.
"""

from __future__ import annotations

import zipfile

import msoffcrypto
import pikepdf
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from chuangmo.errors import Invalid
from chuangmo.files.pictures import BROKEN_PICTURE
from chuangmo.files.rules import clean_name, extension
from chuangmo.workbooks import BROKEN_ZIP

__all__ = ["require_proof"]

_ZIPPED = frozenset({"docx", "xlsx", "pptx", "ofd", "zip"})
_OLE = frozenset({"doc", "xls", "ppt", "wps", "et", "dps"})
_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff"})
LOCKED = "有打开密码，别人打不开，不能作为佐证；请去掉密码后再上传"
BROKEN = "打不开，可能没有传完或已损坏；请重新导出后再上传"


def require_proof(upload: UploadedFile) -> None:
    """Refuse a file with a password, without a page, or that cannot be opened: Invalid({"file": …})."""
    name = clean_name(upload.name or "")
    upload.seek(0)
    try:
        fault = _fault(extension(name), upload)
    finally:
        upload.seek(0)
    if fault:
        raise Invalid({"file": f"“{name}”{fault}"})


def _fault(suffix: str, upload: UploadedFile) -> str:
    if suffix == "pdf":
        return _pdf_fault(upload)
    if suffix in _ZIPPED:
        return _zip_fault(upload)
    if suffix in _OLE:
        return _ole_fault(upload)
    if suffix in _PICTURES:
        return _picture_fault(upload)
    return ""


def _pdf_fault(upload: UploadedFile) -> str:
    try:
        with pikepdf.open(upload) as document:  # type: ignore[arg-type]
            return "" if len(document.pages) else "没有一页内容，不能作为佐证"
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, ValueError, OSError, RuntimeError):
        return BROKEN


def _zip_fault(upload: UploadedFile) -> str:
    try:
        with zipfile.ZipFile(upload) as package:  # type: ignore[arg-type]
            entries = package.infolist()
    except BROKEN_ZIP:
        return BROKEN
    if any(entry.flag_bits & 0x1 for entry in entries):
        return LOCKED
    return "" if any(entry.file_size for entry in entries) else "里面没有内容，不能作为佐证"


def _ole_fault(upload: UploadedFile) -> str:
    try:
        return LOCKED if msoffcrypto.OfficeFile(upload).is_encrypted() else ""
    except Exception:  # the library's own errors have no common base; what it can't read it says nothing of
        return ""


def _picture_fault(upload: UploadedFile) -> str:
    try:
        with Image.open(upload) as image:  # type: ignore[arg-type]
            image.verify()
    except BROKEN_PICTURE:
        return BROKEN
    return ""
