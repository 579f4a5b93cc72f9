"""Talks, follow-ups and proposals: state × action, the named approver, the chain of proof, commitments, papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import Obligation, Proposal
from chuangmo.deadlines.services import confirm_proposal, sweep
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from chuangmo.notices.services import mark_seen
from supervision.accountability import services
from supervision.accountability.models import Measure
from supervision.accountability.queries.papers import measure_paper, record_paper
from supervision.accountability.queries.proof import chain_of
from supervision.accountability.rights import visible_measures
from supervision.accountability.rules.moves import MOVES
from supervision.accountability.services.drafting import Words
from supervision.orders.models import Order
from supervision.orders.services import issue_draft
from supervision.papers.services import paper_pdf
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast
from tests.supervision.accountability.story import WORDS, at_state, drafted, late_thing, second_officer

pytestmark = pytest.mark.django_db

# By state: what the drafting officer, and what the named approver of the office may do; of talk, exposure, account.
OFFICE = {
    "draft": {"talk": "edit propose drop", "exposure": "edit propose drop", "account": "edit propose drop"},
    "pending": {"talk": "drop", "exposure": "drop", "account": "drop"},
    "issued": {"talk": "hold drop", "exposure": "follow close drop", "account": "follow close drop"},
    "held": {"talk": "promise close"},
    "closed": {"talk": "", "exposure": "", "account": ""},
    "dropped": {"talk": "", "exposure": "", "account": ""},
}
APPROVER = {"pending": "approve return"}


def outcome(act: Callable[[], object]) -> str:
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except (Refused, Stale) as error:
        return type(error).__name__
    return "ok"


def do(action: str, measure: Measure, by, cast: Cast) -> object:
    who = {"by": by, "measure_id": measure.pk}
    seen = {**who, "version": measure.version}
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: services.edit_measure(**seen, words=Words(**WORDS)),
        "propose": lambda: services.propose_measure(**seen, approver=second_officer(cast)),
        "approve": lambda: services.approve_measure(**seen),
        "return": lambda: services.return_measure(**seen, reason="请补充"),
        "hold": lambda: services.hold_talk(
            **seen, held_on=date(2017, 6, 6), attendees="李副区长", record="谈了"
        ),
        "promise": lambda: services.promise_in_talk(**who, text="补报", due_on=date(2017, 6, 20)),
        "follow": lambda: services.follow_measure(
            **who, on=date(2017, 6, 6), source="六盘水日报", text="见报"
        ),
        "close": lambda: services.close_measure(**seen, result="已整改"),
        "drop": lambda: services.drop_measure(**seen, reason="不需要了"),
    }
    assert set(acts) == set(MOVES)
    return acts[action]()


@pytest.mark.parametrize(("state", "kind"), [(state, kind) for state in OFFICE for kind in OFFICE[state]])
@pytest.mark.sqlite_only
def test_state_by_action(cast: Cast, state: str, kind: str) -> None:
    measure = at_state(cast, kind, state)
    officer = second_officer(cast)
    assert measure.state == state

    def may(person) -> set[str]:
        return {a for a in MOVES if outcome(partial(do, a, measure, person, cast)) == "ok"}

    allowed = set(OFFICE[state][kind].split())
    assert may(cast.office) == allowed
    assert may(officer) == allowed | set(APPROVER.get(state, "").split())
    others = (
        "owner",
        "colleague",
        "stranger",
        "lead",
        "county_office",
        "inspector",
        "observer",
        "assessor",
        "admin",
    )
    assert {name: may(getattr(cast, name)) for name in others} == {name: set() for name in others}


def test_who_sees_what(cast: Cast) -> None:
    made = {
        (kind, state): at_state(cast, kind, state).pk
        for kind, state in [
            ("talk", "draft"), ("talk", "issued"), ("exposure", "issued"), ("account", "pending"), ("account", "issued"),
        ]
    }  # fmt: skip
    out = {made[key] for key in made if key[1] == "issued"}
    expected = {
        "office": set(made.values()), "inspector": out, "observer": out,
        "owner": out - {made["account", "issued"]}, "colleague": out - {made["account", "issued"]},
        "stranger": set(), "lead": set(), "county_office": set(), "assessor": set(), "admin": set(),
    }  # fmt: skip
    found = {
        name: set(visible_measures(rights_of(getattr(cast, name))).values_list("pk", flat=True))
        for name in expected
    }
    assert found == expected


def test_nothing_goes_out_without_a_named_other_person(cast: Cast) -> None:
    measure = drafted(cast, grounds="", planned_on=None)
    with pytest.raises(Invalid) as error:
        services.propose_measure(
            by=cast.office, measure_id=measure.pk, version=measure.version, approver=cast.office
        )
    assert error.value.faults == {
        "grounds": "请写明事由",
        "planned_on": "请填写约谈日期",
        "approver": "起草人不能批准自己起草的，请指定另一位",
    }
    measure = services.edit_measure(
        by=cast.office, measure_id=measure.pk, version=measure.version, words=Words(**WORDS)
    )
    with pytest.raises(Invalid, match="创模办的人员"):
        services.propose_measure(
            by=cast.office, measure_id=measure.pk, version=measure.version, approver=cast.owner
        )
    with pytest.raises(IntegrityError), transaction.atomic():  # nor by any other way
        Measure.objects.filter(pk=measure.pk).update(state="issued")
    # An office of one person (its own review is off) may approve what it drafted.
    cast.city_office.own_review = False
    cast.city_office.save()
    measure = services.propose_measure(
        by=cast.office, measure_id=measure.pk, version=measure.version, approver=cast.office
    )
    done = services.approve_measure(by=cast.office, measure_id=measure.pk, version=measure.version)
    assert (done.document_number, done.approver) == ("水创办〔2017〕1号", cast.office)
    assert set(Notice.objects.filter(kind="talk").values_list("user__username", flat=True)) == {
        "owner", "owner2", "colleague",
    }  # fmt: skip


def test_a_confirmed_proposal_becomes_a_draft_and_nothing_more(cast: Cast, today) -> None:
    make_ladder()
    row = late_thing(cast)
    today(date(2017, 7, 20))
    sweep(date(2017, 7, 20))  # 33 working days late
    proposal = Proposal.objects.get(obligation=row, state="open")
    assert proposal.rung.action == "account"
    confirm_proposal(proposal_id=proposal.pk, by=cast.office, reason="同意问责")
    measure = Measure.objects.get()
    assert (measure.kind, measure.state, measure.document_number) == ("account", "draft", "")
    assert list(measure.obligations.all()) == [row]
    services.proposal_confirmed(proposal=proposal, by=cast.office)  # told twice
    assert Measure.objects.count() == 1


def test_the_chain_of_proof_is_real_rows_with_their_days(cast: Cast, today) -> None:
    make_ladder()
    row = late_thing(cast)
    today(date(2017, 6, 26))
    sweep(date(2017, 6, 26))  # fifteen working days late: 约谈
    notice = Notice.objects.filter(user=cast.owner, subject_kind="obligation", subject_id=row.pk).get()
    mark_seen(notice_id=notice.pk, by=cast.owner)
    proposal = Proposal.objects.get(obligation=row, state="open")
    confirm_proposal(proposal_id=proposal.pk, by=cast.office, reason="先约谈")
    talk = Measure.objects.get()
    assert talk.kind == "talk"
    talk = services.edit_measure(
        by=cast.office, measure_id=talk.pk, version=talk.version,
        words=Words(**{**WORDS, "planned_on": date(2017, 6, 27)}),
    )  # fmt: skip
    officer = second_officer(cast)
    talk = services.propose_measure(
        by=cast.office, measure_id=talk.pk, version=talk.version, approver=officer
    )
    talk = services.approve_measure(by=officer, measure_id=talk.pk, version=talk.version)
    today(date(2017, 6, 27))
    talk = services.hold_talk(
        by=cast.office, measure_id=talk.pk, version=talk.version, held_on=date(2017, 6, 27),
        attendees="李副区长", record="限期补报。",
    )  # fmt: skip
    promise = services.promise_in_talk(
        by=cast.office, measure_id=talk.pk, text="七月一日前补报", due_on=date(2017, 7, 1)
    )
    assert (promise.unit, promise.state, promise.due_on) == (
        cast.county,
        "open",
        date(2017, 7, 3),
    )  # a Saturday
    assert Obligation.objects.open().filter(kind="decision", subject_id=promise.pk).count() == 1
    account = drafted(cast, "account", [row, Obligation.objects.get(kind="decision", subject_id=promise.pk)])
    links = [(link.on, link.what, link.text) for link in chain_of(account)]
    assert links == sorted(links, key=lambda link: link[0])
    kinds = [what for _, what, _ in links]
    assert (date(2017, 6, 5), "到期", "五月报表应于当日前办结") in links
    for word in ("提醒", "催办", "督办单", "通报", "约谈、媒体曝光", "建议", "约谈", "议定事项生效"):
        assert word in kinds
    told = next(text for _, what, text in links if what == "通知" and "李静" in text)
    assert "李静（" in told
    assert "已看" in told
    assert "张敏（未看）" in told
    assert (date(2017, 6, 27), "约谈", "约谈李副区长") in links
    # Approved: frozen as it stood; what happens later stays out.
    account = services.propose_measure(
        by=cast.office, measure_id=account.pk, version=account.version, approver=officer
    )
    account = services.approve_measure(by=officer, measure_id=account.pk, version=account.version)
    assert len(account.proof) == len(links)
    services.close_measure(by=cast.office, measure_id=talk.pk, version=talk.version, result="已补报")
    Obligation.objects.filter(pk=row.pk).update(subject_label="改名")
    account.refresh_from_db()
    pages = PdfReader(BytesIO(paper_pdf(measure_paper(account)))).pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    for part in ("市监察局：", "三、处理建议", "四、经过和依据", "五月报表应于当日前办结", "批准人：罗主任"):
        assert part in words
    assert "改名" not in words
    pages = PdfReader(BytesIO(paper_pdf(record_paper(talk)))).pages
    record = "".join("".join(page.extract_text() for page in pages).split())
    assert "钟山区约谈记录" in record
    assert "七月一日前补报" in record


def test_orders_that_came_of_it_are_links_of_the_chain(cast: Cast, today) -> None:
    make_ladder()
    row = late_thing(cast)
    today(date(2017, 6, 8))
    sweep(date(2017, 6, 8))  # three working days late: 督办单
    proposal = Proposal.objects.get(obligation=row, state="open")
    confirm_proposal(proposal_id=proposal.pk, by=cast.office)
    order = Order.objects.get(source_kind="proposal", source_id=proposal.pk)
    issue_draft(order_id=order.pk, version=order.version, by=cast.office)
    order.refresh_from_db()
    measure = drafted(cast, "account", [row])
    links = [
        (link.on, link.text) for link in chain_of(measure) if link.what == "督办单" and "前办结" in link.text
    ]
    text = f"{order.document_number} {order.title}，{order.due_on:%Y-%m-%d} 前办结"
    assert (date(2017, 6, 8), text) in links


def test_follow_ups_are_dated_and_complete(cast: Cast) -> None:
    measure = at_state(cast, "exposure", "issued")
    with pytest.raises(Invalid) as error:
        services.follow_measure(
            by=cast.office, measure_id=measure.pk, on=date(2017, 6, 7), source="", text=""
        )
    assert error.value.faults == {
        "on": "日期不能晚于今天",
        "source": "请填写媒体或来文单位",
        "text": "请填写内容",
    }
    services.follow_measure(
        by=cast.office, measure_id=measure.pk, on=date(2017, 6, 6), source="六盘水日报", text="头版曝光"
    )
    closed = services.close_measure(
        by=cast.office, measure_id=measure.pk, version=measure.version, result="已整改到位"
    )
    assert (closed.state, closed.closed_on, closed.entries.get().text) == (
        "closed",
        date(2017, 6, 6),
        "头版曝光",
    )


def test_a_dissolved_unit_gets_no_measure(cast: Cast) -> None:
    cast.county.valid_to = date(2017, 6, 5)
    cast.county.save()
    with pytest.raises(Invalid, match="钟山区人民政府已撤销"):
        drafted(cast)
