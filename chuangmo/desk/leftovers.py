"""Uploads of trial imports that nobody confirmed: they may hold first passwords and shall not lie about."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

FOLDER = "django-import-export"  # import_export.tmp_storages.MediaStorage
KEPT = timedelta(hours=1)


def remove_leftovers() -> int:
    """Delete what was uploaded for a trial more than an hour ago; returns how many files."""
    if not default_storage.exists(FOLDER):
        return 0
    _, names = default_storage.listdir(FOLDER)
    limit = timezone.now() - KEPT
    old = [path for name in names if default_storage.get_modified_time(path := f"{FOLDER}/{name}") < limit]
    for path in old:
        default_storage.delete(path)
    return len(old)
