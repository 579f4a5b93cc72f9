"""What is known of an accepted piece and of its file, as it lies in the store now."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from archives.checks.rules.checking import Facts
from archives.holdings.models import Accession
from archives.texts.models import FileText

__all__ = ["facts_of", "sha256_of"]

CHUNK = 1024 * 1024


def facts_of(accession: Accession) -> Facts:
    """Reads the whole file; no query where `version__file__extracted` was selected with the accession."""
    file = accession.version.file
    text: FileText | None = getattr(file, "extracted", None)
    path = Path(settings.MEDIA_ROOT) / file.path
    return Facts(
        title=accession.title,
        kind=accession.kind,
        first_year=accession.first_year,
        year=accession.year,
        document_number=accession.document_number,
        issuer=accession.issuer,
        dated_on=accession.dated_on,
        pages=accession.pages,
        signed_page=accession.signed_page,
        sha256=file.sha256,
        size=file.size,
        mime=file.mime,
        found_sha256=sha256_of(path),
        found_size=path.stat().st_size if path.is_file() else None,
        is_read=text is not None,
        read_problem=text.problem if text is not None else "",
        read_pages=text.pages if text is not None else 0,
        is_encrypted=text is not None and text.is_encrypted,
        has_script=text is not None and text.has_script,
    )


def sha256_of(path: Path) -> str | None:
    """The digest of what the file holds now; None where there is none that can be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(CHUNK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
