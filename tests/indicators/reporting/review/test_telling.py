"""Whose turn it is hears of it: the next step with the daily mail, the unit at once when something comes back."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.access.models import Grant, Role
from chuangmo.errors import Refused
from chuangmo.notices.models import Notice
from chuangmo.notices.queries import receipts_of, unseen_count
from chuangmo.review.models import Case, ReviewStep, State
from indicators.reporting.models import Report
from tests.factories import Cast, UserFactory, give_role
from tests.indicators.reporting.review.story import go, report_in, step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def texts(db: None) -> None:
    from django.core.management import call_command

    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)


def told() -> list[tuple[str, str, str, bool]]:
    """Who was told, of what kind, when, and whether it still asks for attention; in order."""
    return [
        (one.user.username, one.kind, one.urgency, one.is_open)
        for one in Notice.objects.select_related("user").order_by("id")
    ]


def test_each_step_tells_the_next(cast: Cast) -> None:
    ReviewStep.objects.create(kind="report", state=State.SUBMITTED, label="单位审核", days=2)
    report = report_in(cast, State.SUBMITTED)
    [notice] = Notice.objects.all()
    assert (notice.user, notice.kind, notice.urgency, notice.mandatory) == (
        cast.colleague,
        "waiting",
        "digest",
        False,
    )
    assert notice.title == "待单位审核：指标 18 生活垃圾无害化处理率 2017年5月 钟山区人民政府"
    assert "李静 已办理上一步" in notice.text
    assert notice.due_on == date(2017, 6, 8)
    assert "应办日期：6 月 8 日" in notice.text
    assert notice.url == f"/review/{report.case_id}/"
    assert (notice.unit, notice.subject_kind, notice.subject_id) == (cast.county, "report", report.pk)
    go(cast, report, "sign_off", "verify", "accept")
    assert told() == [
        ("colleague", "waiting", "digest", False),
        ("lead", "waiting", "digest", False),
        ("office", "waiting", "digest", False),
    ]


def test_a_return_tells_the_reporters_at_once(cast: Cast) -> None:
    report = report_in(cast, State.RETURNED)
    assert told() == [
        ("colleague", "waiting", "digest", False),
        ("owner", "returned", "now", True),
        ("owner2", "returned", "now", True),
    ]
    notice = Notice.objects.filter(user=cast.owner).get()
    assert notice.title == "退回：指标 18 生活垃圾无害化处理率 2017年5月"
    assert "由 陈主任 退回" in notice.text
    assert "原因：请核对后重报" in notice.text
    assert (notice.url, notice.mandatory) == (report.get_absolute_url(), True)
    # Two working days from 6 June on: the new cycle's day, in the text too.
    assert notice.due_on == Report.objects.get(pk=report.pk).obligation.due_on == date(2017, 6, 8)
    assert "应办日期：6 月 8 日" in notice.text


def test_handing_in_again_settles_the_return(cast: Cast) -> None:
    report = report_in(cast, State.RETURNED)
    step(cast, report, "submit")
    assert [unseen_count(person.pk) for person in (cast.owner, cast.owner2, cast.colleague)] == [0, 0, 1]
    assert [row.seen_at for row in receipts_of("report", report.pk, kinds=["returned"])] == [None, None]


def test_a_second_return_is_told_again(cast: Cast) -> None:
    report = report_in(cast, State.RETURNED)
    go(cast, report, "submit", "send_back")
    assert Notice.objects.filter(user=cast.owner, kind="returned").count() == 2


def test_unlocking_tells_the_unit_at_once(cast: Cast) -> None:
    report_in(cast, State.UNLOCKED)
    notice = Notice.objects.get(user=cast.owner, kind="unlocked")
    assert (notice.urgency, notice.mandatory) == ("now", True)
    assert "原数继续有效" in notice.text


def test_a_withdrawal_takes_the_step_back(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    step(cast, report, "withdraw")
    assert told() == [("colleague", "waiting", "digest", False)]


def test_a_skipped_step_tells_nobody(cast: Cast) -> None:
    cast.county.own_review = False
    cast.county.save()
    report_in(cast, State.SUBMITTED)
    assert [row[:2] for row in told()] == [("lead", "waiting")]


def test_who_wrote_or_may_not_is_not_told(cast: Cast) -> None:
    """Exactly those who could do the step now are told."""
    give_role(cast.owner, cast.county, Role.REVIEWER)  # submits it
    give_role(cast.owner2, cast.county, Role.REVIEWER)  # typed into it
    past = UserFactory(username="past")
    give_role(past, cast.county, Role.REVIEWER, valid_to=date(2017, 6, 5))
    gone = UserFactory(username="gone", is_active=False)
    give_role(gone, cast.county, Role.REVIEWER)
    helper = UserFactory(username="helper")
    Grant.objects.create(
        user=helper,
        unit=cast.county,
        permission="sign_off",
        until=date(2017, 6, 30),
        reason="代班",
        by=cast.admin,
    )
    report = cast.report(values={"i18.produced": "1000", "i18.treated": "900"})
    report.values.update(updated_by=cast.owner2)
    step(cast, report, "submit")
    assert [row[0] for row in told()] == ["colleague", "helper"]


def test_a_move_that_fails_tells_nobody(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    before = told()
    with pytest.raises(Refused):
        step(cast, report, "accept")
    assert told() == before
    assert Case.objects.get(pk=report.case_id).state == State.SUBMITTED
