"""Making circulars from what is real now, and editing their wording."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id
from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Installation, Unit
from indicators.plan.models import Plan
from supervision.bulletins.models import Bulletin, BulletinBlock, BulletinKind, BulletinState
from supervision.bulletins.queries.rows import Line, rows_of
from supervision.bulletins.services.permission import found_bulletin, move, note
from supervision.gate import require_office
from supervision.letters.queries import units_with_duties
from supervision.letters.rules.wording import filled

__all__ = ["draft_bulletin", "drop_bulletin", "make_draft", "refresh_rows", "save_bulletin", "wanted_rows"]

TEXT = 4000
STALE = "刚才有人改过这份通报，请刷新后再试；您填的内容还在"
ADDRESSEE = "各县（特区、区）人民政府，钟山经济开发区管委会，市直各责任单位"


@transaction.atomic
def draft_bulletin(*, by: User, plan: Plan, kind: str) -> Bulletin:
    """A draft of that kind with the rows and numbers of today; sent to every unit that has something to do."""
    rights = require_office(by, "起草通报")
    if kind not in BulletinKind.values:
        raise Refused("没有这种通报")
    today = clock.today()
    office = Unit.objects.get(pk=office_unit_id(rights) or 0)
    one = make_draft(by=by, plan=plan, office=office, kind=kind, rows=rows_of(plan, today))
    one.recipients.set(units_with_duties(plan, today))
    return one


def make_draft(
    *,
    by: User,
    plan: Plan,
    office: Unit,
    kind: str,
    rows: Mapping[str, list[Line]],
    addressee: str = ADDRESSEE,
) -> Bulletin:
    """Write a draft with these rows; only those kinds that its wording lists are kept."""
    blocks = list(BulletinBlock.objects.filter(kind=kind, is_active=True))
    if not blocks:
        raise Refused("这种通报还没有文字，请管理员在“通报文字”里设置")
    today = clock.today()
    kept = wanted_rows(rows, [block.rows for block in blocks])
    values = _values(office, rows)
    one = Bulletin.objects.create(
        plan=plan,
        office=office,
        kind=kind,
        as_of=today,
        title=_title(kind, rows, today.month),
        addressee=addressee,
        blocks=[
            {
                "code": block.code,
                "title": block.title,
                "text": filled(block.text, values),
                "rows": block.rows,
            }
            for block in blocks
        ],
        rows=kept,
        made_by=by,
    )
    note(one, by, "起草通报")
    return one


def wanted_rows(rows: Mapping[str, list[Line]], kinds: Collection[str]) -> dict[str, list[Line]]:
    return {kind: list(rows.get(kind, [])) for kind in kinds if kind}


def _title(kind: str, rows: Mapping[str, list[Line]], month: int) -> str:
    period = rows["ranks"][0]["period"] if rows.get("ranks") else f"{month}月"
    return {
        BulletinKind.PROGRESS: f"关于{month}月创模工作进展情况的通报",
        BulletinKind.LATE: "关于创模逾期未办结事项的通报",
        BulletinKind.SCORES: f"关于{period}创模效能考评情况的通报",
    }[BulletinKind(kind)]


def _values(office: Unit, rows: Mapping[str, list[Line]]) -> dict[str, object]:
    late, orders, ranks = (rows.get(name, []) for name in ("late", "orders", "ranks"))
    others = {name: len(rows.get(name, [])) for name in ("findings", "talks")}
    today = clock.today()
    named = list(dict.fromkeys(row["unit"] for row in late))
    return {
        "city": Installation.current().city,
        "office": office.name,
        "day": long_date(today),
        "period": ranks[0]["period"] if ranks else "上月",
        "late": len(late),
        "late_units": len(named),
        "orders": len(orders),
        **others,
        "units": "、".join(named) or "无",
    }


@transaction.atomic
def save_bulletin(
    *,
    by: User,
    bulletin_id: int,
    edit: int,
    title: str,
    addressee: str,
    texts: Mapping[str, tuple[str, str]],
    recipient_ids: Collection[int],
) -> Bulletin:
    """Set what a draft says; its rows stay as they were drawn. Raises Invalid and Stale."""
    require_office(by, "修改通报")
    one = found_bulletin(bulletin_id)
    faults: dict[str, str] = {}
    if not title.strip():
        faults["title"] = "请填写标题"
    if not addressee.strip():
        faults["addressee"] = "请填写主送单位"
    blocks: list[dict[str, Any]] = []
    for block in one.blocks:
        heading, text = texts.get(block["code"], (block["title"], block["text"]))
        if len(text) > TEXT:
            faults[f"text:{block['code']}"] = f"最多 {TEXT} 字，现有 {len(text)} 字"
        blocks.append({**block, "title": heading.strip()[:60], "text": text.strip()})
    recipients = list(Unit.objects.filter(pk__in=recipient_ids))
    if not recipients:
        faults["recipients"] = "请至少选择一个发送单位"
    if faults:
        raise Invalid(faults)
    one = move(
        one,
        BulletinState.DRAFT,
        edit,
        STALE,
        title=title.strip()[:120],
        addressee=addressee.strip()[:400],
        blocks=blocks,
    )
    one.recipients.set(recipients)
    note(one, by, "修改通报")
    return one


@transaction.atomic
def refresh_rows(*, by: User, bulletin_id: int, edit: int) -> Bulletin:
    """Draw the rows of a draft anew, as of today; the wording stays as it was edited."""
    require_office(by, "更新通报")
    one = found_bulletin(bulletin_id)
    today = clock.today()
    rows = wanted_rows(rows_of(one.plan, today), [block["rows"] for block in one.blocks])
    one = move(one, BulletinState.DRAFT, edit, STALE, rows=rows, as_of=today)
    note(one, by, "更新通报事项")
    return one


@transaction.atomic
def drop_bulletin(*, by: User, bulletin_id: int, edit: int) -> None:
    """Throw a draft away; it never had a number."""
    require_office(by, "删除通报草稿")
    one = found_bulletin(bulletin_id)
    move(one, BulletinState.DRAFT, edit, STALE)
    note(one, by, "删除通报草稿")
    Bulletin.objects.filter(pk=one.pk, state=BulletinState.DRAFT).delete()
