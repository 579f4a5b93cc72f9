"""The archive's texts and one run of the checks in the demonstration (settings.DEMONSTRATION_PARTS)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from archives.checks.services import go_on, start_run
from archives.holdings.models import PieceVersion
from archives.texts.reading.child import Reading
from archives.texts.reading.texts import read_text
from archives.texts.services.extracting import keep
from chuangmo.access.models import Role, User
from chuangmo.files.models import StoredFile
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import cancel
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan

__all__ = ["tell"]


def tell(plan: Plan) -> None:
    """Read what lies in the archive, and check it in the night to 5 June 2017.

    The files are the demonstration's own, so they are read in this process, which is fifty times as quick.
    """
    versions = PieceVersion.objects.filter(piece__plan=plan)
    for file in StoredFile.objects.filter(pk__in=versions.values("file"), extracted__isnull=True):
        keep(file, Reading(**read_text(Path(settings.MEDIA_ROOT) / file.path, file.mime)))
    office = User.objects.filter(memberships__role=Role.OFFICE, is_active=True).order_by("pk").first()
    if office is None or not versions.exists():
        return
    with moment(at(date(2017, 6, 5), 1, 30)):
        run = start_run(plan=plan, by=office)
        go_on(run, tell=lambda done, total: None)
    for job in Job.objects.filter(kind="checks.run", key=str(run.pk)):
        cancel(job)
