"""The archives' worlds: a cast with a story, a cache of printed chapters of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.archives.story import tell
from tests.factories import Cast


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Indicator 18 with figures, verdicts and an accepted narrative."""
    return tell(cast)


@pytest.fixture
def print_cache(tmp_path: Path) -> Iterator[Path]:
    """The folder of printed chapters, empty and this test's own."""
    folder = tmp_path / "printed"
    with override_settings(DOSSIER_CACHE=folder):
        yield folder
