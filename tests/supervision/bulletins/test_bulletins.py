"""Circulars: from real rows, two persons, a number at issue that stays, content that never changes."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from docx import Document
from pypdf import PdfReader

from chuangmo.access.models import Membership
from chuangmo.deadlines.models import Obligation, Proposal
from chuangmo.deadlines.services import confirm_proposal
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from supervision.bulletins.models import Bulletin
from supervision.bulletins.paper import bulletin_paper
from supervision.bulletins.services import (
    cancel_bulletin,
    draft_bulletin,
    drop_bulletin,
    issue_bulletin,
    propose_bulletin,
    refresh_rows,
    return_bulletin,
    save_bulletin,
)
from supervision.papers.services import paper_docx, paper_pdf
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ObligationFactory, UserFactory, give_role
from tests.supervision.accountability.story import at_state
from tests.supervision.scores.story import final, make_may, owe, shown
from tests.supervision.story import make_supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With wording, and a leader of the office who may be named."""
    call_command("loaddata", "common/12-papers.json", "common/13-wording.json", verbosity=0)
    Membership.objects.filter(user=cast.observer).update(is_leader=True)
    return cast


@pytest.fixture
def draft(cast: Cast) -> Bulletin:
    """Two things of the county are late, one order is open; a month's ranks are final."""
    final(cast, shown(cast, make_may(cast)))
    owe(cast.county, date(2017, 5, 24), label="生活垃圾 2017年4月")
    owe(cast.county, date(2017, 6, 5), label="生活垃圾 2017年5月")
    owe(cast.other_county, date(2017, 5, 24), label="已挂账", paused=True)
    owe(cast.bureau, date(2017, 5, 24), label="别人要审的", kind="accept")
    owe(cast.other_county, date(2017, 6, 9), label="督办单 1 号", kind="order", subject_kind="order")
    return draft_bulletin(by=cast.office, plan=cast.plan, kind="progress")


def propose(cast: Cast, one: Bulletin) -> Bulletin:
    return propose_bulletin(by=cast.office, bulletin_id=one.pk, edit=one.edit, approver_id=cast.observer.pk)


def issue(cast: Cast, one: Bulletin) -> Bulletin:
    one = propose(cast, one)
    return issue_bulletin(by=cast.observer, bulletin_id=one.pk, edit=one.edit)


def save(one: Bulletin, who, **more) -> Bulletin:
    values = {
        "title": one.title,
        "addressee": one.addressee,
        "texts": {},
        "recipient_ids": [unit.pk for unit in one.recipients.all()],
        "edit": one.edit,
        **more,
    }
    return save_bulletin(by=who, bulletin_id=one.pk, **values)


def test_rows_are_those_that_are_real(cast, draft):
    assert [(row["unit"], row["subject"], row["due"], row["days"]) for row in draft.rows["late"]] == [
        (
            "钟山区",
            "生活垃圾 2017年4月",
            "2017-05-24",
            "8",
        ),  # working days: a make-up day and the festival lie between
        ("钟山区", "生活垃圾 2017年5月", "2017-06-05", "1"),
    ]
    assert [(row["unit"], row["subject"], row["days"]) for row in draft.rows["orders"]] == [
        ("水城县", "督办单 1 号", "")
    ]
    assert [(row["rank"], row["unit"], row["total"]) for row in draft.rows["ranks"]] == [
        ("1", "水城县", "100.00"),
        ("2", "钟山区", "75.00"),
        ("1", "市城管局", "100.00"),
    ]
    assert "共有 1 个单位 2 件事项逾期未办结，请钟山区抓紧办理" in draft.blocks[1]["text"]
    assert set(draft.recipients.values_list("short_name", flat=True)) == {"钟山区", "水城县", "市城管局"}


ACTS = {
    "save": lambda cast, one, who: save(one, who),
    "rows": lambda cast, one, who: refresh_rows(by=who, bulletin_id=one.pk, edit=one.edit),
    "drop": lambda cast, one, who: drop_bulletin(by=who, bulletin_id=one.pk, edit=one.edit),
    "propose": lambda cast, one, who: propose_bulletin(
        by=who, bulletin_id=one.pk, edit=one.edit, approver_id=cast.observer.pk
    ),
    "return": lambda cast, one, who: return_bulletin(
        by=who, bulletin_id=one.pk, edit=one.edit, reason="补充"
    ),
    "issue": lambda cast, one, who: issue_bulletin(by=who, bulletin_id=one.pk, edit=one.edit),
    "cancel": lambda cast, one, who: cancel_bulletin(by=who, bulletin_id=one.pk, reason="有误"),
}
MAY_DO = {
    ("draft", "save"): {"office"},
    ("draft", "rows"): {"office"},
    ("draft", "drop"): {"office"},
    ("draft", "propose"): {"office"},
    ("proposed", "return"): {"office", "observer"},
    ("proposed", "issue"): {"observer"},
    ("issued", "cancel"): {"office", "observer"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["draft", "proposed", "issued", "cancelled"])
@pytest.mark.sqlite_only
def test_state_role_action(cast, state, act):
    one = draft_bulletin(by=cast.office, plan=cast.plan, kind="late")
    one.recipients.add(cast.county)
    if state != "draft":
        one = propose(cast, one)
    if state in ("issued", "cancelled"):
        one = issue_bulletin(by=cast.observer, bulletin_id=one.pk, edit=one.edit)
    if state == "cancelled":
        one = cancel_bulletin(by=cast.office, bulletin_id=one.pk, reason="有误")
    allowed = set()
    for name, who in cast.people().items():
        if name == "anonymous":
            continue
        with transaction.atomic():
            try:
                ACTS[act](cast, one, who)
                allowed.add(name)
            except DomainError:
                pass
            transaction.set_rollback(True)
    assert allowed == MAY_DO.get((state, act), set())


def test_edited_proposed_issued_and_frozen(cast, draft):
    saved = save(draft, cast.office, title="五月通报", texts={"demand": ("要求", "三日内整改。")})
    with pytest.raises(Stale):
        save(draft, cast.office, title="另一个标题")  # the page was older
    with pytest.raises(Invalid) as caught:
        save(saved, cast.office, title=" ", addressee="", recipient_ids=[])
    assert set(caught.value.faults) == {"title", "addressee", "recipients"}
    issued = issue(cast, saved)
    assert (issued.number, issued.issued_on) == (1, date(2017, 6, 6))
    assert issued.document_number.endswith("〔2017〕1号")
    assert issued.blocks[-1]["text"] == "三日内整改。"
    Obligation.objects.filter(subject_label="生活垃圾 2017年4月").update(done_on=date(2017, 6, 6))
    assert len(Bulletin.objects.get(pk=issued.pk).rows["late"]) == 2
    told = Notice.objects.filter(kind="criticism").order_by("user__username")
    assert {row.user.username: row.text for row in told} == {
        "colleague": "通报点到本单位的事项，请抓紧办理。",
        "lead": "请查阅。",
    }


def test_nobody_issues_what_they_proposed(cast, draft):
    with pytest.raises(Invalid, match="不能是自己"):
        propose_bulletin(by=cast.office, bulletin_id=draft.pk, edit=0, approver_id=cast.office.pk)
    with pytest.raises(Invalid):
        propose_bulletin(by=cast.office, bulletin_id=draft.pk, edit=0, approver_id=cast.owner.pk)
    second = UserFactory(username="office2", name="李科长")
    give_role(second, cast.city_office, "office")
    one = propose_bulletin(by=cast.office, bulletin_id=draft.pk, edit=0, approver_id=second.pk)
    with pytest.raises(Refused, match="由李科长签发"):
        issue_bulletin(by=cast.office, bulletin_id=one.pk, edit=one.edit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=one.pk).update(approver=cast.office)
    assert issue_bulletin(by=second, bulletin_id=one.pk, edit=one.edit).number == 1


def test_a_cancelled_circular_keeps_its_number_and_a_refused_issue_gives_it_back(cast, draft):
    first = issue(cast, draft)
    cancelled = cancel_bulletin(by=cast.office, bulletin_id=first.pk, reason="数据有误")
    assert (cancelled.state, cancelled.number) == ("cancelled", 1)
    second = propose(cast, draft_bulletin(by=cast.office, plan=cast.plan, kind="scores"))
    with pytest.raises(Stale):
        issue_bulletin(by=cast.observer, bulletin_id=second.pk, edit=second.edit + 1)
    assert issue_bulletin(by=cast.observer, bulletin_id=second.pk, edit=second.edit).number == 2
    pdf = "".join(
        page.extract_text() for page in PdfReader(BytesIO(paper_pdf(bulletin_paper(cancelled)))).pages
    )
    assert "作废" in pdf


def test_the_confirmed_proposals_go_into_one_draft(cast):
    ladder = make_ladder()
    rows = [
        ObligationFactory(unit=unit, due_on=date(2017, 5, 25), subject_label=f"报表{n}", kind="material")
        for n, unit in enumerate((cast.county, cast.other_county))
    ]
    proposals = [
        Proposal.objects.create(obligation=row, rung=ladder[7], proposed_on=date(2017, 6, 6)) for row in rows
    ]
    order = Proposal.objects.create(obligation=rows[0], rung=ladder[3], proposed_on=date(2017, 6, 6))
    confirm_proposal(proposal_id=order.pk, by=cast.office)
    assert not Bulletin.objects.exists()
    for proposal in proposals:
        confirm_proposal(proposal_id=proposal.pk, by=cast.office)
    one = Bulletin.objects.get()
    assert (one.state, one.kind, one.made_by) == ("draft", "late", cast.office)
    assert [row["subject"] for row in one.rows["late"]] == ["报表0", "报表1"]
    assert one.addressee == "钟山区人民政府，水城县人民政府"
    assert set(one.recipients.all()) == {cast.county, cast.other_county}


def test_pdf_and_docx_say_the_same(cast, draft):
    issued = issue(cast, draft)
    paper = bulletin_paper(issued)
    pdf = "".join(page.extract_text() for page in PdfReader(BytesIO(paper_pdf(paper))).pages)
    document = Document(BytesIO(paper_docx(paper)))
    docx = "".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for text in (issued.document_number, "逾期未办结事项", "生活垃圾2017年4月", "督办单1号", "100.00"):
        assert text in pdf.replace("\n", "").replace(" ", ""), text
        assert text in docx.replace(" ", ""), text


def test_findings_and_talks_stand_in_the_progress_circular(cast):
    """What was released and isn't put right, talks that went out; nothing covert, no draft, no proposal to hold to account."""
    world = make_supervision(cast)
    world.finding()
    world.order("closed", finding=world.finding(place="德坞河三号排口"))
    world.finding(world.moved(world.tour(), "begin"), place="暗访的地方")
    at_state(cast, "talk", "issued")
    at_state(cast, "talk", "draft")
    at_state(cast, "account", "issued")
    one = draft_bulletin(by=cast.office, plan=cast.plan, kind="progress")
    assert [(row["unit"], row["place"], row["due"]) for row in one.rows["findings"]] == [
        ("钟山区", "德坞河二号排口", "2017-06-06")
    ]
    assert [(row["unit"], row["subject"], row["state"]) for row in one.rows["talks"]] == [
        ("钟山区", "约谈：钟山区生活垃圾处理整改", "已发出")
    ]
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(paper_pdf(bulletin_paper(one)))).pages)
    words = "".join(words.split())
    for part in (
        "还有1件没有整改销号",
        "已约谈、媒体跟踪1件",
        "德坞河二号排口",
        "约谈：钟山区生活垃圾处理整改",
    ):
        assert part in words
    assert "三号排口" not in words
    assert "暗访的地方" not in words
