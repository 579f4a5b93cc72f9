"""Background work of texts. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from archives.texts.models import FileText
from archives.texts.services import extract, request_missing
from archives.texts.services.extracting import READER
from chuangmo.files.models import StoredFile
from chuangmo.jobs.services import Run


def extract_file(run: Run, *, file_id: int) -> dict[str, object] | None:
    """Read one file, unless this release read it; a file that is gone ends quietly."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or FileText.objects.filter(pk=file_id, reader=READER).exclude(problem="missing").exists():
        return None
    text = extract(file)
    return {"problem": text.problem, "pages": text.pages, "characters": text.characters}


def ask_for_missing(run: Run) -> dict[str, int]:
    """Whatever was stored without being asked for, or by an older release."""
    return {"asked": request_missing()}
