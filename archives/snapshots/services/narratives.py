"""Writing the office's texts: the version that the page showed, or nothing."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from archives.snapshots.models import Narrative
from archives.snapshots.rights import may_write
from archives.snapshots.rules.places import place_of
from archives.snapshots.rules.prose import clean, is_blank
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from indicators.plan.models import Plan

__all__ = ["MOST", "write_narrative"]

MOST = 20_000  # characters of HTML: some fifteen pages in one place of a chapter


@transaction.atomic
def write_narrative(*, by: User, plan: Plan, chapter: str, block: str, html: str, version: int) -> Narrative:
    """Put a text in its place. `version`: the one that the page showed, 0 for a place where nothing was ever written.

    Refused, Invalid, Stale where somebody wrote there meanwhile (their text stays).
    """
    if not may_write(rights_of(by)):
        raise Refused("预评估资料的文字由创模办编写。")
    place = place_of(chapter, block)
    if place is None:
        raise Invalid({"text": "资料里没有这个位置"})
    html = clean(html)
    if is_blank(html):
        html = ""
    if len(html) > MOST:
        raise Invalid({"text": f"这一段太长（最多约 {MOST // 1000} 千字），请精简或移到佐证材料里"})
    before = Narrative.objects.filter(plan=plan, chapter=chapter, block=block).first()
    row = _changed(before, plan, chapter, block, version, html, by)
    record(
        by=by,
        action="编写综述",
        object_kind="narrative",
        object_id=row.pk,
        label=f"{plan.code} {chapter} {place.title}",
        changes={"内容": [before.html if before else "", html]},
    )
    return row


def _changed(
    before: Narrative | None, plan: Plan, chapter: str, block: str, version: int, html: str, by: User
) -> Narrative:
    columns = {"html": html, "version": version + 1, "updated_by": by, "updated_at": timezone.now()}
    if before is None and version == 0:
        try:
            with transaction.atomic():
                return Narrative.objects.create(plan=plan, chapter=chapter, block=block, **columns)
        except IntegrityError:
            raise _overtaken(plan, chapter, block) from None
    written = Narrative.objects.filter(plan=plan, chapter=chapter, block=block, version=version).update(
        **columns
    )
    if not written:
        raise _overtaken(plan, chapter, block)
    return Narrative.objects.get(plan=plan, chapter=chapter, block=block)


def _overtaken(plan: Plan, chapter: str, block: str) -> Stale:
    found = Narrative.objects.select_related("updated_by")
    row = found.filter(plan=plan, chapter=chapter, block=block).first()
    who = row.updated_by.get_full_name() if row and row.updated_by else "别人"
    return Stale(f"{who}刚才改过这段文字，您的修改没有保存。请对照后再改。")
