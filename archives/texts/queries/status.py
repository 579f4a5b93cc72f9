"""A line of the status page: how many files wait to be read, how many can't be."""

from __future__ import annotations

import shutil

from archives.texts.models import FileText
from archives.texts.rules.problems import UNUSABLE
from chuangmo.files.models import StoredFile
from chuangmo.jobs.status import OK, WARN, StatusRow


def texts_status() -> list[StatusRow]:
    unread = StoredFile.objects.filter(extracted__isnull=True).count()
    bad = FileText.objects.filter(problem__in=UNUSABLE).count()
    text = f"待读 {unread} 个，打不开 {bad} 个"
    if shutil.which("pdftoppm") is None:
        return [
            StatusRow(
                "文件文字与预览", WARN, f"{text}；没有安装 poppler-utils，PDF 只显示文字，不显示页面图像"
            )
        ]
    return [StatusRow("文件文字与预览", OK, text)]
