"""Files on a report: uploaded and removed from its page."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chuangmo.access.models import User
from chuangmo.errors import Invalid
from chuangmo.files.forms import AttachForm
from indicators.reporting.services.attaching import attach_file, remove_file
from indicators.reporting.views.entry import visible_report


@require_POST
def attach(request: HttpRequest, report_id: int) -> HttpResponse:
    """Attach the chosen files; each that is refused is named with its reason, the others are kept."""
    found = visible_report(request, report_id)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(
            request, "没有上传：" + "；".join(str(e) for errors in form.errors.values() for e in errors)
        )
        return redirect(f"{found.get_absolute_url()}#files")
    stored = []
    for upload in form.cleaned_data["files"]:
        try:
            row = attach_file(
                by=cast(User, request.user),
                report_id=found.pk,
                upload=upload,
                kind=form.cleaned_data["kind"],
                note=form.cleaned_data["note"],
            )
        except Invalid as refused:
            messages.error(request, str(refused))
        else:
            stored.append(row.name)
    if stored:
        messages.success(request, f"已上传：{'、'.join(stored)}")
    return redirect(f"{found.get_absolute_url()}#files")


@require_POST
def remove(request: HttpRequest, report_id: int, attachment_id: int) -> HttpResponse:
    """Take a file off the report."""
    found = visible_report(request, report_id)
    row = remove_file(by=cast(User, request.user), report_id=found.pk, attachment_id=attachment_id)
    messages.success(request, f"已移除：{row.name}")
    return redirect(f"{found.get_absolute_url()}#files")
