"""Real files of every kind, made on the spot, and how they get into the store."""

from __future__ import annotations

import io
import zipfile

import docx
import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image, ImageDraw
from weasyprint import HTML

from chuangmo.files.models import StoredFile
from chuangmo.files.services import store

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stored(name: str, content: bytes) -> StoredFile:
    """The content in the store under the type that its name says."""
    return store(SimpleUploadedFile(name, content))


def pdf(*pages: str) -> bytes:
    """A PDF of these pages of Chinese text."""
    body = (
        "".join(f'<p style="page-break-after: always">{page}</p>' for page in pages[:-1])
        + f"<p>{pages[-1]}</p>"
    )
    return bytes(HTML(string=f"<html lang=zh-CN><body>{body}").write_pdf())


def changed(content: bytes, **save: object) -> bytes:
    """The same PDF, saved anew by pikepdf."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(stream, **save)
    return stream.getvalue()


def encrypted_pdf(user: str = "geheim") -> bytes:
    return changed(pdf("秘密"), encryption=pikepdf.Encryption(owner="owner", user=user))


def empty_pdf() -> bytes:
    stream = io.BytesIO()
    pikepdf.new().save(stream)
    return stream.getvalue()


def pdf_that_calls(url: str) -> bytes:
    """A PDF that opens an address by itself, by script and by action, and has its page from outside."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("明湖水质月报"))) as document:
        script = f"app.launchURL('{url}', true); this.submitForm('{url}');"
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(script))
        document.Root.AA = pikepdf.Dictionary(
            WC=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(url))
        )
        outside = document.make_stream(b"")
        outside.F = pikepdf.Dictionary(FS=pikepdf.Name.URL, F=pikepdf.String(url), Type=pikepdf.Name.Filespec)
        document.pages[0].obj.Contents = pikepdf.Array([document.pages[0].obj.Contents, outside])
        document.save(stream)
    return stream.getvalue()


def word(*paragraphs: str, cells: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cells:
        table = document.add_table(rows=1, cols=len(cells))
        for cell, text in zip(table.rows[0].cells, cells, strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def excel(rows: list[list[object]], name: str = "监测") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook of some hundred kilobytes whose sheet inflates to 300 MB."""
    stream = io.BytesIO(excel([["a"]]))
    with zipfile.ZipFile(stream) as small:
        entries = {name: small.read(name) for name in small.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as large:
        for name, content in entries.items():
            if name != "xl/worksheets/sheet1.xml":
                large.writestr(name, content)
        block = b" " * (1024 * 1024)
        with large.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(block)
    return target.getvalue()


def powerpoint(*slides: str) -> bytes:
    """As much of a PPTX as holds text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, text in enumerate(slides, start=1):
            archive.writestr(
                f"ppt/slides/slide{number}.xml",
                '<p:sld xmlns:p="p" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
                f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>",
            )
    return stream.getvalue()


def ofd(*pages: str) -> bytes:
    """As much of an OFD (GB/T 33190) as holds text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, text in enumerate(pages):
            archive.writestr(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:TextCode>{text}</ofd:TextCode></ofd:Page>',
            )
    return stream.getvalue()


def photo(
    kind: str = "JPEG", *, light: int = 0, size: tuple[int, int] = (640, 480), turned: int = 0
) -> bytes:
    """A picture with a few shapes; `light` makes it a little brighter, `turned` another one."""
    picture = Image.new("RGB", size, (40 + light, 90 + light, 60 + light))
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.ellipse((width * 0.1, height * 0.2, width * 0.5, height * 0.9), fill=(200, 180 + light, 40))
    draw.rectangle((width * 0.6, height * 0.1, width * 0.8, height * 0.6), fill=(20 + light, 20, 120))
    draw.polygon(
        [(width * 0.5, height * 0.95), (width * 0.95, height * 0.7), (width * 0.9, height)], fill="white"
    )
    picture = picture.rotate(turned, expand=True)
    stream = io.BytesIO()
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    picture.save(stream, kind)
    return stream.getvalue()
