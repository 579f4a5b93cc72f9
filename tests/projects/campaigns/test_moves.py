"""Ticking off, verifying, sending back: who may, from which state, what must be there, and what is owed."""

from datetime import date

import pytest
from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import Role
from chuangmo.access.queries import rights_of
from chuangmo.access.services import leave
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import reconcile
from chuangmo.deadlines.services.requests import decide_objection, object_assignment
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.models import Attachment
from projects.campaigns.models import Member, MemberEvent, MemberState, Share
from projects.campaigns.queries.counts import counts_by_unit
from projects.campaigns.queries.in_hand import to_tick, to_verify
from projects.campaigns.services import moves, posts, shares
from projects.campaigns.services.proofs import add_proof, remove_proof
from projects.campaigns.services.register import Entry, change_member
from tests.factories import Cast, give_role
from tests.projects.campaigns.world import make_member, make_task, paper, prove

pytestmark = [pytest.mark.django_db, pytest.mark.core]
SEATS = (
    "owner",
    "colleague",
    "stranger",
    "lead",
    "lead_clerk",
    "office",
    "county_office",
    "inspector",
    "observer",
    "admin",
)


@pytest.fixture
def task(cast: Cast):
    return make_task(cast)


def ready(cast: Cast, task, name="德坞热力站1号锅炉", state="open") -> Member:
    """A proven member, brought to a state."""
    member = make_member(cast, task, name)
    prove(cast, member)
    if state in ("ticked", "verified", "returned"):
        moves.tick(by=cast.owner, task_id=task.pk, member_ids=[member.pk])
    if state == "verified":
        moves.verify(by=cast.lead, task_id=task.pk, member_ids=[member.pk])
    if state == "returned":
        moves.send_back(by=cast.lead, task_id=task.pk, member_ids=[member.pk], reason="没有盖章")
    member.refresh_from_db()
    return member


def act(cast: Cast, person: str, name: str, task, member: Member) -> str:
    more = {"reason": "没有盖章"} if name in ("send_back", "remove") else {}
    try:
        moved = getattr(moves, name)(
            by=getattr(cast, person), task_id=task.pk, member_ids=[member.pk], **more
        )
    except Refused:
        return "refused"
    member.refresh_from_db()
    return str(member.state) if moved.done else "left"


MAY = {
    "tick": {"owner": "ticked", "colleague": "ticked"},
    "withdraw": {"owner": "open", "colleague": "open"},
    "verify": {"lead": "verified", "office": "verified"},
    "send_back": {"lead": "returned", "office": "returned"},
}


@pytest.mark.parametrize("name", list(MAY))
def test_who_may(cast: Cast, task, name: str) -> None:
    member = ready(cast, task, state="open" if name == "tick" else "ticked")
    got = {}
    for person in SEATS:
        with transaction.atomic():
            got[person] = act(cast, person, name, task, member)
            transaction.set_rollback(True)
        member.refresh_from_db()
    assert got == {**dict.fromkeys(SEATS, "refused"), **MAY[name]}


# State → action → what comes of it, by somebody who has the right.
MOVES = {
    "open": {
        "tick": "ticked",
        "withdraw": "left",
        "verify": "left",
        "send_back": "left",
        "remove": "removed",
    },
    "ticked": {
        "tick": "left",
        "withdraw": "open",
        "verify": "verified",
        "send_back": "returned",
        "remove": "removed",
    },
    "verified": {
        "tick": "left",
        "withdraw": "left",
        "verify": "left",
        "send_back": "returned",
        "remove": "left",
    },
    "returned": {
        "tick": "ticked",
        "withdraw": "left",
        "verify": "left",
        "send_back": "left",
        "remove": "removed",
    },
}


@pytest.mark.parametrize("state", list(MOVES))
def test_every_move_from_every_state(cast: Cast, task, state: str) -> None:
    member = ready(cast, task, state=state)
    got = {}
    for name in MOVES[state]:
        person = "owner" if name in ("tick", "withdraw") else "lead"
        with transaction.atomic():
            got[name] = act(cast, person, name, task, member)
            transaction.set_rollback(True)
        member.refresh_from_db()
    assert got == MOVES[state]


def test_who_ticks_off_does_not_verify(cast: Cast) -> None:
    """The bureau's own reviewer ticks off for the bureau: somebody else verifies, on the server and in the database."""
    task = make_task(cast, code="own", name="牵头单位自己的任务")
    member = make_member(cast, task, "市级制度", unit=cast.bureau)
    add_proof(by=cast.office, task_id=task.pk, member_ids=[member.pk], proof="验收意见", upload=paper())
    moves.tick(by=cast.lead, task_id=task.pk, member_ids=[member.pk])
    moved = moves.verify(by=cast.lead, task_id=task.pk, member_ids=[member.pk])
    assert moved == moves.Moved(0, (("市级制度", "是您自己销号的，要由别人核销"),))
    moves.verify(by=cast.office, task_id=task.pk, member_ids=[member.pk])
    member.refresh_from_db()
    assert (member.ticked_by, member.verified_by) == (cast.lead, cast.office)


def test_a_batch_leaves_what_lacks_a_proof(cast: Cast) -> None:
    task = make_task(cast, proofs=["应急预案", "物资储备"])
    whole, half, none = (make_member(cast, task, name) for name in ("甲厂", "乙厂", "丙厂"))
    prove(cast, whole)
    add_proof(by=cast.owner, task_id=task.pk, member_ids=[half.pk], proof="应急预案", upload=paper())
    moved = moves.tick(by=cast.owner, task_id=task.pk, member_ids=[whole.pk, half.pk, none.pk])
    assert moved.done == 1
    assert set(moved.left) == {("乙厂", "缺“物资储备”"), ("丙厂", "缺“应急预案”、缺“物资储备”")}


def test_too_few_hours_are_not_ticked_off(cast: Cast) -> None:
    task = make_task(cast, measure="每学年课时", measure_unit="课时", minimum=12)
    school = make_member(cast, task, "德坞小学", value=10)
    prove(cast, school)
    moved = moves.tick(by=cast.owner, task_id=task.pk, member_ids=[school.pk])
    assert moved.left == (("德坞小学", "每学年课时 10 课时，不到 12 课时"),)


def test_another_unit_s_member_is_refused_and_nothing_moves(cast: Cast, task) -> None:
    mine, other = ready(cast, task), make_member(cast, task, "双水1号锅炉", unit=cast.other_county)
    with pytest.raises(Refused, match="只有责任单位"):
        moves.tick(by=cast.owner, task_id=task.pk, member_ids=[mine.pk, other.pk])
    assert set(Member.objects.values_list("state", flat=True)) == {MemberState.OPEN}


def test_the_post_s_holder_ticks_off(cast: Cast, task) -> None:
    member = ready(cast, task)
    give_role(cast.observer, cast.county, Role.OBSERVER)
    assert act(cast, "observer", "tick", task, member) == "refused"
    post = posts.add_post(
        by=cast.owner,
        task_id=task.pk,
        unit_id=cast.county.pk,
        title="督查组",
        person="郑市长",
        user_id=cast.observer.pk,
    )
    posts.assign(by=cast.owner, task_id=task.pk, member_ids=[member.pk], post_id=post.pk)
    assert [one.count for one in to_tick(rights_of(cast.observer))] == [1]
    member = Member.objects.get(pk=member.pk)
    assert act(cast, "observer", "tick", task, member) == "ticked"


def test_a_post_s_person_who_leaves_leaves_it_in_hand(cast: Cast, task) -> None:
    members = [ready(cast, task), make_member(cast, task, "双水1号锅炉")]
    more = {"by": cast.owner, "task_id": task.pk, "unit_id": cast.county.pk, "person": "王芳"}
    post = posts.add_post(title="督查组", user_id=cast.colleague.pk, **more)
    posts.add_post(title="宣传组", user_id=cast.owner.pk, **more)
    posts.assign(
        by=cast.owner, task_id=task.pk, member_ids=[member.pk for member in members], post_id=post.pk
    )
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=[members[0].pk])
    left = leave(user=cast.colleague, on=clock.today(), by=cast.admin)
    assert left.in_hand == ("钟山区 任务岗位“督查组”（待销号 1 个）",)


def test_every_move_is_audited_and_told(cast: Cast, task) -> None:
    member = ready(cast, task, state="returned")
    words = list(MemberEvent.objects.filter(member=member).order_by("pk").values_list("action", "reason"))
    assert words == [("登记", ""), ("附依据", "验收意见：验收意见.pdf"), ("销号", ""), ("退回", "没有盖章")]
    audited = AuditEvent.objects.filter(object_kind="task_member", object_id=str(member.pk)).order_by("id")
    assert [(row.action, row.changes.get("状态")) for row in audited if "状态" in row.changes] == [
        ("销号", ["待销号", "已销号待核"]),
        ("退回", ["已销号待核", "已退回"]),
    ]


def test_proofs_are_fixed_once_ticked_off(cast: Cast, task) -> None:
    member = ready(cast, task, state="ticked")
    row = Attachment.objects.get(owner_kind="task_member", owner_id=member.pk)
    with pytest.raises(Refused, match="依据不能再改"):
        remove_proof(by=cast.owner, member_id=member.pk, attachment_id=row.pk)
    with pytest.raises(Stale):
        change_member(
            by=cast.owner, member_id=member.pk, version=member.version, entry=Entry("别的", cast.county.pk)
        )


def test_a_reason_is_asked(cast: Cast, task) -> None:
    member = ready(cast, task, state="ticked")
    with pytest.raises(Invalid, match="退回的理由"):
        moves.send_back(by=cast.lead, task_id=task.pk, member_ids=[member.pk], reason=" ")


def test_counts_come_from_members_alone(cast: Cast, task) -> None:
    ready(cast, task, "甲", "verified")
    gone = ready(cast, task, "乙", "open")
    moves.remove(by=cast.lead, task_id=task.pk, member_ids=[gone.pk], reason="已拆除")
    counts = counts_by_unit([task.pk])[task.pk][cast.county.pk]
    assert (counts.verified, counts.total) == (1, 1)


def test_a_reviewer_of_the_lead_sees_what_waits(cast: Cast, task) -> None:
    ready(cast, task, state="ticked")
    assert [(one.task, one.count) for one in to_verify(rights_of(cast.lead))] == [(task, 1)]
    assert to_verify(rights_of(cast.office)) == []  # it is the bureau's turn
    assert to_tick(rights_of(cast.owner)) == []


# What is owed ---------------------------------------------------------------------------------------------


def open_now():
    return Obligation.objects.open().filter(kind__in=["task", "task_share"])


def owed(kind: str, unit) -> Obligation:
    return Obligation.objects.get(kind=kind, unit=unit, superseded=False)


def test_a_share_is_owed_until_its_list_is_whole_and_verified(cast: Cast, task) -> None:
    reconcile()
    assert {(row.kind, row.unit, row.due_on) for row in open_now()} == {
        ("task", cast.bureau, date(2017, 8, 31)),
        ("task_share", cast.county, date(2017, 8, 31)),
        ("task_share", cast.other_county, date(2017, 8, 31)),
    }
    share = Share.objects.get(task=task, unit=cast.county)
    member = ready(cast, task, state="verified")
    assert owed("task_share", cast.county).done_at is None  # nobody said that this is all
    shares.close_list(by=cast.owner, share_id=share.pk)
    assert owed("task_share", cast.county).done_by == cast.owner
    other = Share.objects.get(task=task, unit=cast.other_county)
    with pytest.raises(Invalid, match="写明理由"):
        shares.close_list(by=cast.stranger, share_id=other.pk)
    shares.close_list(by=cast.stranger, share_id=other.pk, none_reason="已全部拆除")
    assert owed("task", cast.bureau).done_at is not None
    moves.send_back(by=cast.lead, task_id=task.pk, member_ids=[member.pk], reason="照片不是这一台")
    again = owed("task_share", cast.county)
    assert (again.cycle, again.done_at, again.due_on) == (2, None, date(2017, 8, 31))
    assert not reconcile()


def test_what_was_done_before_it_was_owed_is_not_chased(cast: Cast, task) -> None:
    ready(cast, task, state="verified")
    for share in Share.objects.filter(task=task):
        shares.close_list(by=cast.office, share_id=share.pk, none_reason="没有")
    reconcile()
    reconcile()
    assert not open_now().exists()


def test_an_objection_passes_the_share_with_what_is_open(cast: Cast, task) -> None:
    reconcile()
    done, left = ready(cast, task, "甲", "verified"), ready(cast, task, "乙")
    asked = object_assignment(
        obligation_id=owed("task_share", cast.county).pk, reason="乙在水城县", by=cast.owner
    )
    decide_objection(
        request_id=asked.pk, granted=True, decision="同意", to_unit=cast.other_county, by=cast.office
    )
    done.refresh_from_db()
    left.refresh_from_db()
    assert (done.unit, left.unit) == (cast.county, cast.other_county)
    reconcile()
    assert not open_now().filter(unit=cast.county).exists()
    assert open_now().filter(unit=cast.other_county).count() == 1
