"""The demonstration is built once for all tests of this folder, in a transaction that is rolled back at the end.

Each test runs in a savepoint of it (`django_db`), so that what a test changes is gone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from indicators.demonstration.services import Built, build


@dataclass(frozen=True)
class Demonstration:
    """What was built, and the folder of its files."""

    built: Built
    media: Path


@pytest.fixture(scope="package")
def demonstration(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    media = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)
        with override_settings(MEDIA_ROOT=str(media)):
            built = build()
        yield Demonstration(built, media)
        transaction.set_rollback(True)
