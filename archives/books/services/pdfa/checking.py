"""What is wrong with a PDF that says it is PDF/A-3b.

The clauses that a merged document of ours could break are looked at here. pikepdf's own validator, which knows all of them,
is asked as well where it can be loaded (it needs jsonschema and referencing: `pikepdf[pdfa]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Pdf, Stream

__all__ = ["pdfa_faults", "unembedded_fonts"]

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_HIDDEN = (1 << 0) | (1 << 1) | (1 << 5) | (1 << 8)


def pdfa_faults(path: Path) -> list[str]:
    """A sentence (Chinese, with the clause of ISO 19005-3) for each fault; empty: nothing found."""
    try:
        with Pdf.open(path) as pdf:
            faults = [*_document(pdf), *_colour(pdf), *_contents(pdf), *_enclosed(pdf)]
    except pikepdf.PasswordError:
        return ["6.1.3 文件加了密"]
    except pikepdf.PdfError as error:
        return [f"不是完整的 PDF：{error}"]
    return faults or _by_validator(path)


def unembedded_fonts(pdf: Pdf) -> list[str]:
    """Names of fonts without their outlines, each once; fonts made of drawings (Type 3) need none."""
    found = {str(font.get("/BaseFont", "?")).lstrip("/") for font in _fonts(pdf) if not _is_embedded(font)}
    return sorted(found)


# Clauses ----------------------------------------------------------------------------------------------------


def _document(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if pdf.is_encrypted:
        yield "6.1.3 文件加了密"
    if "/ID" not in pdf.trailer:
        yield "6.1.3 没有文件标识（ID）"
    if pdf.pdf_version < "1.4" or pdf.pdf_version > "1.7":
        yield f"6.1.2 PDF 版本 {pdf.pdf_version}"
    for key in ("/AA", "/NeedsRendering", "/Requirements"):
        if key in root:
            yield f"6.5.2 文档目录有 {key}"
    if "/JavaScript" in root.get("/Names", Dictionary()):
        yield "6.5.1 有脚本"
    if "/Metadata" not in root:
        yield "6.6.2.1 没有 XMP 元数据"
        return
    if "/Filter" in root.Metadata:
        yield "6.6.2.1 XMP 元数据被压缩"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        declared = (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance"))
        title = xmp.get("dc:title")
    if declared != ("3", "B"):
        yield f"6.6.4 元数据没有声明 PDF/A-3b：{declared}"
    if str(pdf.docinfo.get("/Title", "")) != (title or ""):
        yield "6.6.3 文件信息与 XMP 的标题不一致"


def _colour(pdf: Pdf) -> Iterator[str]:
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"6.2.3 输出意图应有一个，现有 {len(intents)} 个"
        return
    profile = intents[0].get("/DestOutputProfile")
    if not isinstance(profile, Stream):
        yield "6.2.3 输出意图没有 ICC 特性文件"
        return
    head = profile.read_bytes()[:40]
    if head[16:20] != b"RGB " or head[36:40] != b"acsp" or int(profile.get("/N", 0)) != 3:
        yield "6.2.3 输出意图的 ICC 特性文件不是 RGB"


def _contents(pdf: Pdf) -> Iterator[str]:
    without = unembedded_fonts(pdf)
    if without:
        yield f"6.2.11.4 字体没有嵌入：{'、'.join(without)}"
    for number, page in enumerate(pdf.pages, start=1):
        if "/AA" in page.obj:
            yield f"6.5.2 第 {number} 页有自动动作"
        for annotation in page.obj.get("/Annots", []):
            flags = int(annotation.get("/F", 0))
            if annotation.get("/Subtype") != "/Popup" and (not flags & 4 or flags & _HIDDEN):
                yield f"6.3.2 第 {number} 页的批注不打印或看不见"
    for found in pdf.objects:
        if isinstance(found, Stream) and found.get("/Interpolate"):
            yield "6.2.8 图像要求平滑"
        if isinstance(found, Stream) and "/F" in found:
            yield "6.1.7.1 流在文件外面"


def _enclosed(pdf: Pdf) -> Iterator[str]:
    associated = {one.objgen for one in pdf.Root.get("/AF", [])}
    for name, attachment in pdf.attachments.items():
        specification = attachment.obj
        if "/AFRelationship" not in specification or specification.objgen not in associated:
            yield f"6.8 附件 {name} 没有说明与文件的关系"
        if not {"/F", "/UF"} <= set(specification.keys()):
            yield f"6.8 附件 {name} 没有文件名"
        stream = specification.EF.F
        if "/Subtype" not in stream or "/ModDate" not in stream.get("/Params", Dictionary()):
            yield f"6.8 附件 {name} 没有类型或修改时间"


def _by_validator(path: Path) -> list[str]:
    try:
        from pikepdf import pdfa as validator
    except ImportError:
        return []
    return [str(finding) for finding in validator.validate_written(path, "3b").violations]


# Fonts ------------------------------------------------------------------------------------------------------


def _fonts(pdf: Pdf) -> Iterator[Any]:
    for found in pdf.objects:
        if isinstance(found, Dictionary) and found.get("/Type") == "/Font":
            yield found


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    if font.get("/Subtype") == "/Type0":
        return all(_is_embedded(one) for one in font.get("/DescendantFonts", []))
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in _PROGRAMS)
