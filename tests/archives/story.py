"""The cast's indicator 18 with a rule, figures of five months, an accepted narrative: enough for a snapshot and a book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from archives.dossiers.models import Dossier, DossierState
from archives.dossiers.services.making import start_dossier
from archives.dossiers.services.reading import let_read
from archives.snapshots.models import Snapshot
from archives.snapshots.services.taking import take_snapshot
from chuangmo import periods
from chuangmo.files.models import Attachment
from chuangmo.files.services import store
from indicators.assessment.rules import rule_json, validate_rule
from indicators.assessment.services import refresh_all
from indicators.plan.models import RuleVersion
from indicators.reporting.models import ReportText
from tests.factories import MAY, Cast, make_figure
from tests.indicators.assessment.conftest import RATE
from tests.indicators.reporting.review.story import WAYS, step

MAY_END = date(2017, 5, 31)
PROGRESS = "新建转运站 2 座，清运车辆 12 台。"
TREATED_T = (912, 923, 934, 945, 956)


def tell(cast: Cast) -> Cast:
    """Five months of accepted figures, the verdicts on them, and May's report with words in it, accepted."""
    if not RuleVersion.objects.filter(indicator=cast.indicator).exists():
        body = rule_json(validate_rule(RATE))
        RuleVersion.objects.create(indicator=cast.indicator, version=1, body=body)
    for number, treated in enumerate(TREATED_T, 1):
        period = periods.month(2017, number)
        for unit in (cast.county, cast.other_county):
            make_figure(cast.produced, unit, period, 1000)
            make_figure(cast.treated, unit, period, treated)
    report = cast.report(period=MAY, elements=[], has_narrative=True)
    ReportText.objects.create(report=report, kind="progress", text=PROGRESS)
    ReportText.objects.create(report=report, kind="problems", text="老填埋场库容不足。")
    ReportText.objects.create(report=report, kind="measures", text="加快新场建设。")
    for action in WAYS["accepted"]:
        step(cast, report, action)
    refresh_all(plan=cast.plan)
    return cast


def take(cast: Cast, title: str = "5 月底初稿") -> Snapshot:
    return take_snapshot(by=cast.office, plan=cast.plan, as_of=MAY_END, title=title)


@dataclass(frozen=True)
class Shelf:
    """A snapshot with a dossier that is being made, one that is done (its file is no book) and one that is open to the
    assessor, too; and another without."""

    snapshot: Snapshot
    other: Snapshot
    making: Dossier
    done: Dossier
    open: Dossier


def shelf(cast: Cast) -> Shelf:
    snapshot = take(cast)
    opened = done_dossier(cast, snapshot)
    let_read(by=cast.office, dossier=opened, person=cast.assessor)
    return Shelf(
        snapshot=snapshot,
        other=take(cast, "报省预评估稿"),
        making=start_dossier(by=cast.office, snapshot=snapshot),
        done=done_dossier(cast, snapshot),
        open=opened,
    )


def done_dossier(cast: Cast, snapshot: Snapshot) -> Dossier:
    dossier = Dossier.objects.create(
        snapshot=snapshot, requested_by=cast.office, state=DossierState.CANCELLED
    )
    file = store(SimpleUploadedFile("资料.pdf", b"%PDF-1.7\n%%EOF\n"))
    dossier.file = dossier.workbook = dossier.package = Attachment.objects.create(
        file=file,
        owner_kind="dossier",
        owner_id=dossier.pk,
        name="资料.pdf",
        kind="说明报告",
        uploaded_by=cast.office,
    )
    dossier.state, dossier.pages, dossier.finished_at = DossierState.DONE, 1, timezone.now()
    dossier.save()
    return dossier
