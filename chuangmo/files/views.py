"""Download of an attachment by those who may see what it hangs on."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from chuangmo.access.queries import rights_for
from chuangmo.files.models import Attachment
from chuangmo.files.queries import may_read

# Shown in the browser; everything else is saved. None of these can carry a script that the browser would run.
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


@require_safe
@cache_control(private=True, no_cache=True)
def download(request: HttpRequest, attachment_id: int) -> FileResponse:
    """The attachment's content under its name; 404 for everybody who may not see it, as if there were none."""
    attachment = Attachment.objects.select_related("file").filter(pk=attachment_id).first()
    if attachment is None or not may_read(rights_for(request), attachment):
        raise Http404("没有这个文件")
    file = attachment.file
    path = Path(settings.MEDIA_ROOT) / file.path
    if not path.is_file():
        raise Http404("文件内容缺失，请告知管理员")
    response = FileResponse(
        path.open("rb"),
        content_type=file.mime if file.mime in INLINE else "application/octet-stream",
        as_attachment=file.mime not in INLINE,
        filename=attachment.name,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
