"""The registers of the demonstration (settings.DEMONSTRATION_PARTS): members of every task, some verified, some waiting.

Written in bulk as the services would write them, with a proof for what is ticked off. All invented, the same on every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.files.models import Attachment, MaterialKind
from chuangmo.files.services import store
from chuangmo.org.models import Unit, UnitKind
from indicators.demonstration.rules.chance import one_of, pick
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from projects.campaigns.models import CodeKind, Member, MemberEvent, MemberState, Post, Share, Task
from projects.campaigns.queries.proofs import OWNER
from projects.campaigns.rules.codes import with_check_sign
from projects.campaigns.rules.names import name_key
from projects.campaigns.services.shares import open_shares

__all__ = ["tell"]

WITHOUT_LIST = ("noise-sources", "entertainment-hours", "clean-energy")  # nobody has begun with the list
BEHIND = ("yellow-label-scrapping", "boilers-to-gas", "night-work")
DONE = ("air-early-warning", "publicity-plan", "slogan", "new-bodies")
# Names for the kinds of member; {n} counts, {place} is the unit.
NAMES = {
    "锅炉": "{place}{word}热力站 {n} 号锅炉",
    "黄标车": "贵B·{code}",
    "学校": "{place}{word}小学",
    "加油站和储油库": "{place}{word}加油站",
    "乡镇": "{word}镇",
    "路段": "{word}路",
    "工地": "{place}{word}小区 {n} 期工地",
    "堆场": "{place}{word}堆场",
}
WORDS = (
    "德坞",
    "荷泉",
    "凤凰",
    "红桥",
    "双水",
    "发耳",
    "木岗",
    "岱山",
    "老鹰山",
    "大湾",
    "月照",
    "汪家寨",
    "玉舍",
    "阿戛",
    "杨梅",
    "勺米",
)
FIRM = "{place}{word}{trade}有限公司"
TRADES = ("水泥", "煤焦化", "选煤", "矿业", "建材", "电力", "冶炼", "化工")
TEN = ("社区", "学校", "企业", "机关", "商场", "宾馆", "工地", "窗口", "景区", "家庭")
RATES = (("知晓率", "92.60"), ("支持率", "95.10"), ("参与率", "78.40"))
POSTS = ("环保股", "督查组", "网格办")
PERSONS = ("杨志明", "罗春梅", "彭波", "蒋莉", "田勇", "龙海")


@dataclass(frozen=True)
class _Hands:
    """Who acts: reporters of each unit, reviewers of each lead."""

    reporters: dict[int, User]
    reviewers: dict[int, User]
    office: User

    def verifier(self, task: Task) -> User:
        return self.reviewers.get(task.lead_id, self.office)


def tell(plan: Plan) -> None:
    """Everything, up to the morning of 6 June 2017."""
    with moment(at(date(2017, 3, 6), 9)):
        open_shares(plan)
    tasks = list(Task.objects.filter(plan=plan).select_related("lead", "plan").prefetch_related("units"))
    hands = _hands(tasks)
    with moment(at(date(2017, 3, 20), 10)):
        _tell_members(tasks, hands)
    with moment(at(date(2017, 5, 25), 16)):
        _prove(tasks, hands)


def _hands(tasks: list[Task]) -> _Hands:
    units = {one.lead_id for one in tasks} | {unit.pk for one in tasks for unit in one.units.all()}
    users = User.objects.in_bulk()

    def first(permission: str) -> dict[int, User]:
        return {unit: users[people[0]] for unit, people in who_may(permission, units).items() if people}

    offices = first("accept")
    return _Hands(first("report"), first("sign_off"), offices[min(offices)])


def _tell_members(tasks: list[Task], hands: _Hands) -> None:
    members: list[Member] = []
    for task in tasks:
        if task.code not in WITHOUT_LIST:
            members += list(_members(task, hands))
    Member.objects.bulk_create(members)
    _events(members, hands)
    pairs = {(one.task_id, one.unit_id) for one in members}
    Share.objects.bulk_create((Share(task_id=t, unit_id=u) for t, u in sorted(pairs)), ignore_conflicts=True)
    for share in Share.objects.filter(task__in=tasks).select_related("task"):
        has = (share.task_id, share.unit_id) in pairs
        if share.unit_id not in hands.reporters or share.task.code in WITHOUT_LIST:
            continue
        if share.task.code in DONE or pick(5, "closed", share.task.code, share.unit_id):
            share.closed_at, share.closed_by = at(date(2017, 4, 5), 10), hands.reporters[share.unit_id]
            share.none_reason = "" if has else "本单位没有这类对象，配合牵头单位办理"
            share.save(update_fields=["closed_at", "closed_by", "none_reason"])


def _members(task: Task, hands: _Hands) -> Iterator[Member]:
    """The members of a task: at places where there are counties, else the lead's own."""
    holders = [unit for unit in task.units.all() if unit.kind in (UnitKind.COUNTY, UnitKind.ZONE)] or [
        task.lead
    ]
    holders = [unit for unit in holders if unit.pk in hands.reporters]
    count = int(task.target) if task.target_kind == "count" else 4 + pick(5, "count", task.code)
    for unit in holders:
        posts = _posts(unit)
        mine = _share_of(count, holders, unit) if task.target_kind == "count" else count
        for number in range(mine):
            place = number + (_before(count, holders, unit) if task.target_kind == "count" else 0)
            yield _member(task, unit, place, hands, posts)


def _share_of(count: int, holders: list[Unit], unit: Unit) -> int:
    at_least, rest = divmod(count, len(holders))
    return at_least + (1 if holders.index(unit) < rest else 0)


def _before(count: int, holders: list[Unit], unit: Unit) -> int:
    return sum(_share_of(count, holders, one) for one in holders[: holders.index(unit)])


def _posts(unit: Unit) -> list[Post]:
    return [
        Post.objects.get_or_create(
            unit=unit,
            title=title,
            person=one_of(PERSONS, unit.name, title),
            defaults={"phone": "0858-8XXXXXX"},
        )[0]
        for title in POSTS[: 1 + pick(2, "posts", unit.name)]
    ]


def _member(task: Task, unit: Unit, number: int, hands: _Hands, posts: list[Post]) -> Member:
    about = (task.code, unit.name, number)
    name, value = _name(task, unit, number), None
    if task.code == "awareness-survey":
        name, value = RATES[number][0], Decimal(RATES[number][1])
    elif task.measure:
        value = Decimal(12 + pick(5, "value", *about)) if task.minimum else Decimal("89.20")
    luck = pick(100, "state", *about)
    state = _state(task, luck)
    if task.code == "class-hours" and state == MemberState.OPEN:
        value = Decimal(6 + pick(5, "hours", *about))
    ticked = at(date(2017, 4, 10), 9) + timedelta(days=pick(50, "ticked", *about), minutes=pick(400, *about))
    is_ticked = state in (MemberState.TICKED, MemberState.VERIFIED, MemberState.RETURNED)
    verified = state == MemberState.VERIFIED
    return Member(
        task=task,
        unit=unit,
        county=unit if unit.kind in (UnitKind.COUNTY, UnitKind.ZONE) else None,
        post=one_of(posts, "post", *about) if posts and pick(5, "free", *about) else None,
        name=name,
        key=name_key(name),
        apart=0,
        code=_code(task, about),
        value=value,
        state=state,
        ticked_by=hands.reporters[unit.pk] if is_ticked else None,
        ticked_at=ticked if is_ticked else None,
        verified_by=hands.verifier(task) if verified else None,
        verified_at=ticked + timedelta(days=3) if verified else None,
        reason="佐证材料没有盖章" if state == MemberState.RETURNED else "",
    )


def _state(task: Task, luck: int) -> MemberState:
    if task.code in DONE:
        return MemberState.VERIFIED
    if task.code in BEHIND:
        limits = ((8, MemberState.VERIFIED), (20, MemberState.TICKED), (26, MemberState.RETURNED))
    else:
        limits = ((62, MemberState.VERIFIED), (76, MemberState.TICKED), (80, MemberState.RETURNED))
    return next((state for limit, state in limits if luck < limit), MemberState.OPEN)


def _name(task: Task, unit: Unit, number: int) -> str:
    if task.code == "ten-places":
        return TEN[number % len(TEN)]
    if task.target_kind == "count":
        return f"{task.member} {number + 1}"
    word = WORDS[(pick(len(WORDS), "word", task.code, unit.name) + number) % len(WORDS)]
    form = NAMES.get(task.member) or (FIRM if task.code_kind == CodeKind.CREDIT else "{place}{word}{kind}")
    return form.format(
        place=unit.short_name,
        word=word,
        n=number + 1,
        kind=task.member,
        trade=one_of(TRADES, "trade", task.code, unit.name, number),
        code=f"{10000 + pick(80000, 'plate', task.code, unit.name, number)}",
    )


def _code(task: Task, about: tuple[object, ...]) -> str:
    if task.code_kind != CodeKind.CREDIT:
        return ""
    return with_check_sign(f"9152{pick(10**13, 'code', *about):013d}")


def _events(members: list[Member], hands: _Hands) -> None:
    entered = at(date(2017, 3, 20), 10)
    rows: list[MemberEvent] = []

    def add(member: Member, when: datetime | None, action: str, by: User | None, reason: str = "") -> None:
        name = by.get_full_name() if by else "系统"
        rows.append(
            MemberEvent(member=member, at=when or entered, action=action, by=by, by_name=name, reason=reason)
        )

    for one in members:
        add(one, entered, "导入", None, "")
        if one.ticked_by:
            add(one, one.ticked_at, "销号", one.ticked_by)
        if one.verified_by:
            add(one, one.verified_at, "核销", one.verified_by)
        if one.state == MemberState.RETURNED and one.ticked_at:
            add(one, one.ticked_at + timedelta(days=2), "退回", hands.verifier(one.task), one.reason)
    MemberEvent.objects.bulk_create(rows, batch_size=1000)


def _prove(tasks: list[Task], hands: _Hands) -> None:
    """One invented paper for each kind of proof, hung on whatever is ticked off."""
    papers = {}
    for proof in sorted({proof for task in tasks for proof in task.proofs}):
        text = f"演示资料：{proof}。不是实际材料。\n".encode()
        papers[proof] = store(SimpleUploadedFile(f"{proof}（演示）.txt", text, "text/plain"))
    ticked = Member.objects.filter(task__in=tasks, ticked_by__isnull=False).select_related(
        "task", "ticked_by"
    )
    Attachment.objects.bulk_create(
        (
            Attachment(
                file=papers[proof],
                owner_kind=OWNER,
                owner_id=member.pk,
                name=f"{proof}（演示）.txt",
                kind=MaterialKind.DOCUMENT,
                note=proof,
                uploaded_by=member.ticked_by,
            )
            for member in ticked
            for proof in member.task.proofs
        ),
        batch_size=1000,
    )
