"""A whole book, made once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from archives.dossiers.models import Dossier
from archives.dossiers.services.making import start_dossier
from archives.snapshots.services.narratives import write_narrative
from chuangmo.jobs.services import run_due
from tests.archives.holdings.story import accepted, make_registers, want
from tests.archives.story import take, tell
from tests.factories import make_cast

# Characters of several faces: bold, subscript digits, signs, a rare one, one that no font of ours has.
WORDS = "成效**明显**：PM₂.₅、SO₂ 下降，≥ 85%，㎡，犇𠮷，\U000f0000。\n\n## 小标题\n- 见〔CM01-WS·2017-D30-ZB18-0001〕"


@dataclass(frozen=True)
class Made:
    """A finished dossier, its file, its contents by chapter."""

    dossier: Dossier
    pdf: Path
    contents: dict[str, dict[str, Any]]
    numbers: dict[str, str]
    missing: dict[str, str]


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    from archives.snapshots.rules.prose import html_of

    folder = tmp_path_factory.mktemp("book")
    places = {"MEDIA_ROOT": str(folder / "media"), "DOSSIER_CACHE": folder / "printed"}
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(**places, SITE_URL="https://cm.test"),
    ):
        cast = tell(make_cast())
        make_registers()
        accepted(cast, want(cast))
        asked = {"by": cast.office, "plan": cast.plan, "chapter": "indicator-18", "version": 0}
        write_narrative(block="work", html=html_of(WORDS), **asked)
        snapshot = take(cast)
        dossier = start_dossier(by=cast.office, snapshot=snapshot)
        run_due()
        dossier.refresh_from_db()
        assert dossier.file is not None
        yield Made(
            dossier=dossier,
            pdf=folder / "media" / dossier.file.file.path,
            contents={row.slug: row.content for row in snapshot.chapters.all()},
            numbers={row.slug: row.number for row in snapshot.chapters.all()},
            missing=dict(dossier.chapters.values_list("slug", "missing")),
        )
        transaction.set_rollback(True)
