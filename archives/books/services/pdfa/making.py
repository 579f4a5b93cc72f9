"""A merged PDF as WeasyPrint and pikepdf leave it → PDF/A-3b (ISO 19005-3), with the workbook attached.

Bookmarks, links and page contents stay as they are. What PDF/A asks for and a merged document lacks is added here: XMP
metadata that agree with the document's information, one output intent, an identifier, printable annotations, the relation of
attached files. What it forbids is taken out: scripts, actions by themselves, encryption, smoothing of pictures.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf

from archives.books.services.pdfa.checking import unembedded_fonts
from archives.books.services.pdfa.colour import IDENTIFIER, srgb_profile

__all__ = ["Enclosure", "PdfaProblem", "pdfa"]

_HOUSE = ZoneInfo("Asia/Shanghai")
_PRINT = 1 << 2
_NOT_SEEN = (1 << 0) | (1 << 1) | (1 << 5) | (1 << 8)  # invisible, hidden, no view, toggle no view
# ISO 19005-3 6.5.1: what an annotation may do when it is chosen.
_ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PdfaProblem(Exception):
    """The document can't be made PDF/A; the text (Chinese) says what is in the way."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with the document. relation: Source (what the figures come from), Data, Supplement."""

    path: Path
    name: str = ""
    description: str = ""
    relation: str = "Source"


def pdfa(
    pdf_path: Path,
    attachments: Sequence[Enclosure | Path] = (),
    *,
    out: Path | None = None,
    title: str = "",
    made_at: datetime | None = None,
) -> Path:
    """Write the PDF/A-3b of a finished PDF and return its path (`out`, else “名称-pdfa.pdf” beside it).

    Same document, attachments and `made_at`: same bytes. PdfaProblem where a font is not embedded or the document is
    locked; then nothing is written.
    """
    target = out or pdf_path.with_name(f"{pdf_path.stem}-pdfa.pdf")
    unfinished = target.with_name(f".{target.name}.part")
    moment = (made_at or datetime.now(UTC)).astimezone(_HOUSE).replace(microsecond=0)
    try:
        with _opened(pdf_path) as pdf:
            without = unembedded_fonts(pdf)
            if without:
                raise PdfaProblem(f"字体没有嵌入：{'、'.join(without)}，不能存为 PDF/A。")
            _take_out(pdf)
            _show_annotations(pdf)
            _set_output_intent(pdf)
            _attach(pdf, [_enclosure(one) for one in attachments], moment)
            _describe(pdf, title, moment)
            pdf.save(unfinished, min_version="1.7", deterministic_id=True, encryption=False)
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _opened(path: Path) -> Pdf:
    try:
        return Pdf.open(path)
    except pikepdf.PasswordError as error:
        raise PdfaProblem(f"{path.name} 有密码，不能存为 PDF/A。") from error
    except pikepdf.PdfError as error:
        raise PdfaProblem(f"{path.name} 不是完整的 PDF。") from error


def _enclosure(one: Enclosure | Path) -> Enclosure:
    return Enclosure(one) if isinstance(one, Path) else one


# What is forbidden ------------------------------------------------------------------------------------------


def _take_out(pdf: Pdf) -> None:
    root = pdf.Root
    for key in ("/AA", "/OpenAction", "/NeedsRendering", "/Requirements", "/Perms"):
        if key in root and not (key == "/OpenAction" and isinstance(root[key], Array)):
            del root[key]
    names = root.get("/Names")
    for key in ("/JavaScript", "/AlternatePresentations"):
        if names is not None and key in names:
            del names[key]
    for page in pdf.pages:
        for key in ("/AA", "/PresSteps"):
            if key in page.obj:
                del page.obj[key]
    for found in pdf.objects:
        _tidy(found)


def _tidy(found: Any) -> None:
    """Pictures are not smoothed; empty dictionaries of patterns and shadings go (the stricter readers stumble on them)."""
    if isinstance(found, pikepdf.Stream):
        if found.get("/Interpolate"):
            found["/Interpolate"] = False
        if "/Alternates" in found:
            del found["/Alternates"]
        if "/OPI" in found:
            del found["/OPI"]
        found = found.get("/Resources")
    if not isinstance(found, Dictionary):
        return
    own = found.get("/Resources")
    resources = own if isinstance(own, Dictionary) else found
    for key in ("/Pattern", "/Shading"):
        inside = resources.get(key)
        if isinstance(inside, Dictionary) and not inside.keys():
            del resources[key]


def _show_annotations(pdf: Pdf) -> None:
    """Every annotation is seen and printed, and does nothing by itself."""
    for annotation in _annotations(pdf):
        if annotation.get("/Subtype") != Name.Popup:
            annotation["/F"] = (int(annotation.get("/F", 0)) | _PRINT) & ~_NOT_SEEN
        if "/AA" in annotation:
            del annotation["/AA"]
        action = annotation.get("/A")
        if action is not None and not _allowed(action):
            del annotation["/A"]


def _annotations(pdf: Pdf) -> Iterator[Any]:
    for page in pdf.pages:
        yield from page.obj.get("/Annots", [])


def _allowed(action: Any) -> bool:
    kind = str(action.get("/S", ""))
    return kind in _ACTIONS and (kind != "/Named" or str(action.get("/N", "")) in _NAMED)


# What is asked for ------------------------------------------------------------------------------------------


def _set_output_intent(pdf: Pdf) -> None:
    profile = pdf.make_stream(srgb_profile())
    profile["/N"] = 3
    profile["/Alternate"] = Name.DeviceRGB
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=IDENTIFIER,
        RegistryName="http://www.color.org",
        Info=IDENTIFIER,
        DestOutputProfile=profile,
    )
    pdf.Root["/OutputIntents"] = Array([pdf.make_indirect(intent)])


def _attach(pdf: Pdf, enclosures: Iterable[Enclosure], moment: datetime) -> None:
    associated = []
    for one in enclosures:
        name = one.name or one.path.name
        mime = (
            _XLSX if name.endswith(".xlsx") else mimetypes.guess_type(name)[0] or "application/octet-stream"
        )
        specification = AttachedFileSpec(
            pdf,
            one.path.read_bytes(),
            filename=name,
            description=one.description or name,
            mime_type=mime,
            creation_date=_pdf_date(moment),
            mod_date=_pdf_date(moment),
            relationship=Name("/" + one.relation),
        )
        pdf.attachments[name] = specification
        associated.append(specification.obj)
    for found in pdf.attachments.values():  # what the document had already
        if "/AFRelationship" not in found.obj:
            found.obj["/AFRelationship"] = Name.Unspecified
            associated.append(found.obj)
    if associated:
        pdf.Root["/AF"] = pdf.make_indirect(Array(associated))


def _describe(pdf: Pdf, title: str, moment: datetime) -> None:
    """The document's information, and the same as XMP; a document without a title is named by its file."""
    information = pdf.docinfo
    if title:
        information["/Title"] = title
    for key in [*information.keys()]:
        if key not in {"/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"}:
            del information[key]
    information["/CreationDate"] = information["/ModDate"] = _pdf_date(moment)
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp.load_from_docinfo(information)
        xmp["pdfaid:part"] = "3"
        xmp["pdfaid:conformance"] = "B"
    if "/ViewerPreferences" not in pdf.Root:
        pdf.Root["/ViewerPreferences"] = Dictionary()
    pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"] = True
    if "/Lang" not in pdf.Root:
        pdf.Root["/Lang"] = "zh-CN"


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment:%Y%m%d%H%M%S}+08'00'"
