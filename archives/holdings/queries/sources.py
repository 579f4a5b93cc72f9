"""Where files for the archive may come from without a second upload (settings.EVIDENCE_SUGGESTIONS).

Each source is a function of a plan and some units that gives what hangs on accepted things of theirs, in a constant number
of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import F

from archives.holdings.rules.suggesting import Suggestion, year_in
from chuangmo.files.models import Attachment
from chuangmo.review.models import Revision
from indicators.plan.models import Plan
from indicators.reporting.models import Report
from projects.works.models import Picture, Project

__all__ = ["from_projects", "from_reports"]


def from_reports(plan: Plan, unit_ids: Collection[int]) -> Iterator[Suggestion]:
    """What hangs on the accepted revisions of reports. Three queries."""
    reports = {
        one.case_id: one
        for one in Report.objects.filter(
            unit__in=unit_ids, indicator__plan=plan, case__accepted_revision_no__isnull=False
        ).select_related("unit", "indicator")
    }
    revisions = Revision.objects.filter(case__in=reports, number=F("case__accepted_revision_no"))
    hung: dict[int, Report] = {}
    done: dict[int, frozenset[str]] = {}
    for case_id, attachments, answers in revisions.values_list(
        "case_id", "content__attachments", "content__answers"
    ):
        report = reports[case_id]
        hung |= {row["id"]: report for row in attachments or ()}
        done[report.pk] = frozenset(row["item"] for row in answers or () if row["answer"] == "done")
    for row in Attachment.objects.filter(pk__in=hung).order_by("pk"):
        report = hung[row.pk]
        yield Suggestion(
            key=f"report:{row.pk}",
            file_id=row.file_id,
            attachment_id=row.pk,
            file_name=row.name,
            kind=row.kind,
            unit_id=report.unit_id,
            indicator_ids=(report.indicator_id,),
            year=year_in(row.name, report.period_end.year),
            origin_kind="report",
            origin_id=report.pk,
            origin_label=f"报表 {report.indicator.number} {report.period.label}",
            origin_url=report.get_absolute_url(),
            note=row.note,
            checklist=done[report.pk],
        )


def from_projects(plan: Plan, unit_ids: Collection[int]) -> Iterator[Suggestion]:
    """Pictures of accepted months' progress of the units' projects. Two queries."""
    pictures = Picture.objects.filter(
        progress__project__plan=plan,
        progress__project__owner__in=unit_ids,
        progress__case__state="accepted",
        attachment__removed_at__isnull=True,
    ).select_related("attachment", "progress__project__plan")
    rows = list(pictures.order_by("pk"))
    proves: dict[int, list[int]] = defaultdict(list)
    links = Project.indicators.through.objects.filter(project__in={one.progress.project_id for one in rows})
    for project_id, indicator_id in links.values_list("project_id", "indicator_id"):
        proves[project_id].append(indicator_id)
    for one in rows:
        project = one.progress.project
        assert project.owner_id is not None
        yield Suggestion(
            key=f"progress:{one.attachment_id}",
            file_id=one.attachment.file_id,
            attachment_id=one.attachment_id,
            file_name=one.attachment.name,
            kind=one.attachment.kind,
            unit_id=project.owner_id,
            indicator_ids=tuple(proves[project.pk]),
            year=one.taken_on.year,
            origin_kind="progress",
            origin_id=one.progress_id,
            origin_label=f"工程 {project.name} {one.progress.period.label}",
            origin_url=one.progress.get_absolute_url(),
            note=f"{project.name} {one.caption}",
            dated_on=one.taken_on,
        )
