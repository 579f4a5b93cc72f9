"""Two at once at minutes, decisions, measures and scores, in threads with connections of their own: one wins, the other is told,
and what is stored is the winner's alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import DomainError, Refused, Stale
from supervision.accountability import services as measures
from supervision.letters.models import Letter, LetterVersion
from supervision.letters.services import draft_letters
from supervision.meetings import services as meetings
from supervision.meetings.models import Decision, Meeting
from supervision.meetings.services.minutes import Decided, Entry
from supervision.orders.models import Order
from supervision.scores import services as scores
from supervision.scores.models import Objection, ScoreRow
from tests.factories import Cast, make_cast
from tests.supervision.accountability.story import at_state, second_officer
from tests.supervision.meetings import story
from tests.supervision.scores.story import make_may, score_of, shown
from tests.supervision.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Told = list[DomainError | None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def second(cast: Cast) -> User:
    """The office's other officer."""
    return second_officer(cast)


def one_was_told(told: Told) -> bool:
    """Whether the first went through; the other one must have been told."""
    assert sorted(type(one).__name__ for one in told) == ["NoneType", "Stale"]
    return told[0] is None


# Meetings ---------------------------------------------------------------------------------------------------


def ready(cast: Cast) -> Meeting:
    """Held, one decision noted, everybody registered."""
    meeting = story.held(cast)
    story.decided(cast, meeting)
    story.registered(cast, meeting)
    return meeting


def test_two_secretaries_issue_the_same_minutes(cast: Cast, second: User) -> None:
    meeting = ready(cast)
    first = one_was_told(
        at_once(
            lambda: meetings.issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长"),
            lambda: meetings.issue_minutes(by=second, meeting_id=meeting.pk, signer="罗主任"),
        )
    )
    meeting.refresh_from_db()
    assert (meeting.issued_by, meeting.signer) == ((cast.office, "郑市长") if first else (second, "罗主任"))
    assert meeting.document_number == "水创办〔2017〕1号"
    assert Obligation.objects.filter(kind="decision").count() == 1
    assert AuditEvent.objects.filter(object_kind="meeting", action="印发纪要").count() == 1
    following = ready(cast)  # the loser's number was given back
    done = meetings.issue_minutes(by=second, meeting_id=following.pk, signer="罗主任")
    assert done.document_number == "水创办〔2017〕2号"


def test_words_are_in_the_issued_minutes_or_their_writer_is_told(cast: Cast, second: User) -> None:
    meeting = ready(cast)
    item = meeting.items.get()
    saved, issued = at_once(
        lambda: meetings.save_minutes(
            by=second, meeting_id=meeting.pk, entries=[Entry(item.pk, item.version, "改过的纪要")]
        ),
        lambda: meetings.issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长"),
    )
    meeting.refresh_from_db()
    item.refresh_from_db()
    assert (issued, meeting.state) == (None, "issued")
    assert isinstance(saved, Stale | None)
    assert item.minutes == ("会议听取了汇报。" if saved else "改过的纪要")
    assert meeting.content["items"][0]["minutes"] == item.minutes


def test_two_secretaries_note_the_same_decision(cast: Cast, second: User) -> None:
    """Both pages show the item without it: it is noted once, and the second is told by whom."""
    meeting = story.held(cast)
    item = meeting.items.get()
    kept = []

    def note(by: User) -> None:
        line = Decided("new", None, "完成提标改造", cast.county.pk, story.DUE)
        entry = Entry(item.pk, item.version, "", (line,))
        kept.append(meetings.save_minutes(by=by, meeting_id=meeting.pk, entries=[entry]))

    assert at_once(lambda: note(cast.office), lambda: note(second)) == [None, None]
    decision = Decision.objects.get()
    assert sorted(one.added for one in kept) == [0, 1]
    told = next(one for one in kept if not one.added)
    assert told.doubles == [f"“完成提标改造”刚才已由{decision.created_by}登记，没有重复登记"]
    assert AuditEvent.objects.filter(object_kind="decision").count() == 1


def test_two_change_the_same_decision(cast: Cast, second: User) -> None:
    """One's words stand; the other reads them beside the own ones."""
    meeting = story.held(cast)
    story.decided(cast, meeting)
    decision = Decision.objects.get()
    kept = {}

    def change(by: User, text: str) -> None:
        line = Decided("k", decision.pk, text, cast.county.pk, story.DUE, version=decision.version)
        entry = Entry(decision.item_id, 1, "会议听取了汇报。", (line,))
        kept[text] = meetings.save_minutes(by=by, meeting_id=meeting.pk, entries=[entry])

    assert at_once(lambda: change(cast.office, "甲写的"), lambda: change(second, "乙写的")) == [None, None]
    decision.refresh_from_db()
    other = {"甲写的": "乙写的", "乙写的": "甲写的"}[decision.text]
    assert kept[decision.text].clashes == {}
    assert kept[other].clashes["k"].text == decision.text
    assert decision.version == 1


def test_a_decision_becomes_one_order(cast: Cast, second: User) -> None:
    decision = story.decision_at(cast, "open")
    told = at_once(
        *(
            lambda by=by: meetings.make_order(by=by, decision_id=decision.pk, version=decision.version)
            for by in (cast.office, second)
        )
    )
    assert sorted(type(one).__name__ for one in told) in (["NoneType", "Refused"], ["NoneType", "Stale"])
    decision.refresh_from_db()
    assert Order.objects.get().get_absolute_url() == decision.order_url


def test_accepting_a_decision_against_sending_it_back(cast: Cast, second: User) -> None:
    decision = story.decision_at(cast, "reported")
    seen = {"decision_id": decision.pk, "version": decision.version}
    accepted = one_was_told(
        at_once(
            lambda: meetings.accept_decision(by=cast.office, **seen),
            lambda: meetings.send_back_decision(by=second, **seen, reason="材料不全"),
        )
    )
    decision.refresh_from_db()
    owed = Obligation.objects.open().filter(kind="decision").count()
    assert (decision.state, owed) == (("done", 0) if accepted else ("open", 1))


# Measures ---------------------------------------------------------------------------------------------------


def test_approving_a_measure_against_returning_it(cast: Cast, second: User) -> None:
    """The director on two devices: either it is out, numbered and its chain frozen, or it is a draft without a number."""
    measure = at_state(cast, "talk", "pending")
    seen = {"by": second, "measure_id": measure.pk, "version": measure.version}
    approved = one_was_told(
        at_once(
            lambda: measures.approve_measure(**seen),
            lambda: measures.return_measure(**seen, reason="请补充事由"),
        )
    )
    measure.refresh_from_db()
    if approved:
        assert (measure.state, measure.document_number) == ("issued", "水创办〔2017〕1号")
        assert measure.proof is not None
    else:
        assert (measure.state, measure.document_number, measure.proof) == ("draft", "", None)
        assert measure.opinion == "请补充事由"
    told = AuditEvent.objects.filter(object_kind="measure", action__in=["批准", "退回"])
    assert told.get().action == ("批准" if approved else "退回")


def test_approving_a_measure_against_dropping_it(cast: Cast, second: User) -> None:
    measure = at_state(cast, "account", "pending")
    seen = {"measure_id": measure.pk, "version": measure.version}
    approved = one_was_told(
        at_once(
            lambda: measures.approve_measure(by=second, **seen),
            lambda: measures.drop_measure(by=cast.office, **seen, reason="已整改"),
        )
    )
    measure.refresh_from_db()
    assert measure.state == ("issued" if approved else "dropped")
    assert bool(measure.document_number) == approved


def test_two_record_what_came_of_a_measure(cast: Cast, second: User) -> None:
    measure = at_state(cast, "exposure", "issued")
    seen = {"measure_id": measure.pk, "version": measure.version}
    first = one_was_told(
        at_once(
            lambda: measures.close_measure(by=cast.office, **seen, result="已整改"),
            lambda: measures.close_measure(by=second, **seen, result="没有整改"),
        )
    )
    measure.refresh_from_db()
    assert (measure.state, measure.result) == ("closed", "已整改" if first else "没有整改")


# Scores -----------------------------------------------------------------------------------------------------


def test_two_show_the_scores(cast: Cast, second: User) -> None:
    """The period of objections begins once, and each unit is told once."""
    one = make_may(cast)
    one_was_told(
        at_once(
            *(
                lambda by=by: scores.show_round(by=by, round_id=one.pk, version=one.version)
                for by in (cast.office, second)
            )
        )
    )
    one.refresh_from_db()
    assert (one.state, one.objections_until) == ("shown", date(2017, 6, 13))
    assert AuditEvent.objects.filter(action="公示得分").count() == 1


def test_freezing_the_scores_against_an_objection(cast: Cast) -> None:
    """An objection is either decided before the scores are frozen, or its unit is told that they are: none is lost."""
    one = shown(cast, make_may(cast))
    score = score_of(one, cast.county)
    assert one.objections_until == date(2017, 6, 13)

    def finish() -> None:
        with clock.at(date(2017, 6, 14)):  # the first moment at which it may be frozen
            scores.finish_round(by=cast.office, round_id=one.pk, version=one.version)

    def object_to_it() -> None:
        with clock.at(date(2017, 6, 13)):  # came before midnight
            scores.object_to_score(by=cast.owner, unit_score_id=score.pk, text="系统停机")

    finished, objected = at_once(finish, object_to_it)
    one.refresh_from_db()
    open_now = Objection.objects.filter(state="open").count()
    if finished is None:
        assert (one.state, open_now) == ("final", 0)
        assert isinstance(objected, Stale | Refused)
    else:
        assert (one.state, open_now, objected) == ("shown", 1, None)
        assert isinstance(finished, Stale | Refused)


def test_two_of_a_unit_object_to_the_same_row(cast: Cast) -> None:
    one = shown(cast, make_may(cast))
    score = score_of(one, cast.county)
    row = ScoreRow.objects.filter(part__unit_score=score, is_current=True).first()
    told = at_once(
        *(
            lambda by=by: scores.object_to_score(
                by=by, unit_score_id=score.pk, row_id=row.pk, text="系统停机"
            )
            for by in (cast.owner, cast.owner2)
        )
    )
    assert sorted(type(one).__name__ for one in told) == ["Invalid", "NoneType"]
    assert Objection.objects.get().by == (cast.owner if told[0] is None else cast.owner2)


def test_two_decide_and_two_freeze(cast: Cast, second: User, today: Callable[[date], None]) -> None:
    one = shown(cast, make_may(cast))
    score = score_of(one, cast.county)
    objection = scores.object_to_score(by=cast.owner, unit_score_id=score.pk, text="系统停机")
    upheld, refused = at_once(
        lambda: scores.decide_objection(
            by=cast.office, objection_id=objection.pk, upheld=True, decision="属实"
        ),
        lambda: scores.decide_objection(
            by=second, objection_id=objection.pk, upheld=False, decision="不属实"
        ),
    )
    won = one_was_told([upheld, refused])
    objection.refresh_from_db()
    assert (objection.state, objection.decision) == (("upheld", "属实") if won else ("refused", "不属实"))
    one.refresh_from_db()
    today(date(2017, 6, 20))
    told = at_once(
        *(
            lambda by=by: scores.finish_round(by=by, round_id=one.pk, version=one.version)
            for by in (cast.office, second)
        )
    )
    first = one_was_told(told)
    one.refresh_from_db()
    assert (one.state, one.final_by) == ("final", cast.office if first else second)


# Letters ----------------------------------------------------------------------------------------------------


def test_two_draft_the_letters_of_responsibility(cast: Cast, second: User) -> None:
    """Each unit gets one; whoever comes second finds them made."""
    call_command("loaddata", "common/13-wording.json", verbosity=0)
    told = at_once(*(lambda by=by: draft_letters(by=by, plan=cast.plan) for by in (cast.office, second)))
    assert told == [None, None]
    assert Letter.objects.count() == LetterVersion.objects.count() > 1
