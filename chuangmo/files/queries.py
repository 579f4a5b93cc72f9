"""Reading attachments; who may see one is asked of its owner (settings.ATTACHMENT_OWNERS)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from chuangmo.access.queries import Rights
from chuangmo.files.models import Attachment

Owner = Callable[[Rights, int], bool]


def attachments_of(owner_kind: str, owner_id: int) -> QuerySet[Attachment]:
    """What hangs on one thing now, in the order in which it came; removed ones left out."""
    return (
        Attachment.objects.filter(owner_kind=owner_kind, owner_id=owner_id, removed_at__isnull=True)
        .select_related("file", "uploaded_by")
        .order_by("uploaded_at", "id")
    )


def may_read(rights: Rights, attachment: Attachment) -> bool:
    """Whether the person may read the attachment: its owner says, or whoever cites this one attachment and no other of
    the owner's (settings.ATTACHMENT_CITED). An owner nobody knows shows nothing.

    A removed attachment stays readable for those who see its owner: an earlier revision cites it.
    """
    path = settings.ATTACHMENT_OWNERS.get(attachment.owner_kind)
    if path is None:
        return False
    owner: Owner = import_string(path)
    if owner(rights, attachment.owner_id):
        return True
    cited: list[Owner] = [import_string(path) for path in settings.ATTACHMENT_CITED]
    return any(cites(rights, attachment.pk) for cites in cited)
