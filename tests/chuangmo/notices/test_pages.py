"""One's notices on the page: what comes first, what GET must not do, settings, the desk's registers."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangmo.access.models import Membership
from chuangmo.audit.models import AuditEvent
from chuangmo.notices.models import Channel, DeliveryRules, Message, Notice, NoticeTemplate, Preference
from chuangmo.notices.services import NoticeDraft, mark_seen, notify_many, settle
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def tell(person: Any, count: int = 1, **more: Any) -> list[Notice]:
    return notify_many(
        NoticeDraft(
            **{
                "user_id": person.pk,
                "kind": "chase",
                "title": f"第 {n} 件",
                "text": "请立即办理。",
                "action": "去填报",
                "url": f"/reports/?n={n}",
                "subject_kind": "report",
                "subject_id": n,
                **more,
            }
        )
        for n in range(1, count + 1)
    )


def test_what_asks_for_attention_comes_first(cast: Cast) -> None:
    first, second, third = tell(cast.owner, 3)
    mark_seen(notice_id=third.pk, by=cast.owner)
    page = browser(cast.owner).get("/notices/").context["page"]
    assert [notice.pk for notice in page.object_list] == [second.pk, first.pk, third.pk]


def test_reading_the_list_marks_nothing(cast: Cast) -> None:
    [notice] = tell(cast.owner)
    client = browser(cast.owner)
    assert client.get("/notices/").status_code == 200
    assert client.get(f"/notices/{notice.pk}/").status_code == 200
    notice.refresh_from_db()
    assert notice.seen_at is None
    assert client.get(f"/notices/{notice.pk}/open/").status_code == 405
    assert client.get(f"/notices/{notice.pk}/seen/").status_code == 405


def test_one_click_leads_to_the_place_and_is_noted(cast: Cast) -> None:
    [notice] = tell(cast.owner)
    response = browser(cast.owner).post(f"/notices/{notice.pk}/open/")
    assert (response.status_code, response.headers["Location"]) == (302, "/reports/?n=1")
    notice.refresh_from_db()
    assert notice.seen_at is not None


def test_a_script_gets_no_page(cast: Cast) -> None:
    [notice] = tell(cast.owner)
    response = browser(cast.owner).post(f"/notices/{notice.pk}/seen/", headers={"Accept": "text/plain"})
    assert (response.status_code, response.content) == (204, b"")


def test_others_notices_are_not_there(cast: Cast) -> None:
    [notice] = tell(cast.owner)
    client = browser(cast.office)
    for ask in (client.get, client.post):
        for path in ("", "open/", "seen/"):
            response = ask(f"/notices/{notice.pk}/{path}")
            assert response.status_code in (404, 405)
            assert "第 1 件" not in response.content.decode()
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_all_at_once_but_not_what_came_since(cast: Cast) -> None:
    seen, _ = tell(cast.owner, 2), tell(cast.colleague)
    newest = seen[-1].pk
    [late] = tell(cast.owner, title="刚来的")
    client = browser(cast.owner)
    client.post("/notices/seen/", {"up_to": newest})
    unseen = Notice.objects.unseen()
    assert set(unseen.values_list("title", "user")) == {
        ("刚来的", cast.owner.pk),
        ("第 1 件", cast.colleague.pk),
    }
    for nonsense in ("", "alle", "１", "9" * 40, "-1"):
        assert client.post("/notices/seen/", {"up_to": nonsense}).status_code == 302
    late.refresh_from_db()
    assert late.seen_at is None


def test_filters(cast: Cast) -> None:
    chase, over = tell(cast.owner, 2)
    [back] = tell(cast.owner, kind="returned", title="退回一件")
    settle(subject_kind="report", subject_ids=[over.subject_id], kinds=["chase"])
    client = browser(cast.owner)

    def shown(query: str) -> set[int]:
        return {one.pk for one in client.get(f"/notices/?{query}").context["page"].object_list}

    assert shown("kind=chase") == {chase.pk, over.pk}
    assert shown("state=open") == {chase.pk, back.pk}
    assert shown("state=seen") == {over.pk}
    assert shown("state=open&kind=returned") == {back.pk}
    assert shown("kind=waiting") == shown("state=x") == {chase.pk, over.pk, back.pk}
    assert "没有这样的通知" in client.get("/notices/?state=seen&kind=returned").content.decode()


def test_the_bell_counts_on_every_page(cast: Cast) -> None:
    tell(cast.owner, 120)
    client = browser(cast.owner)
    assert "99+" in client.get("/").content.decode()
    Notice.objects.filter(user=cast.owner).exclude(subject_id=7).update(seen_at=timezone.now())
    html = client.get("/reports/").content.decode()
    assert '<span class="vh">通知，未看 1 条</span>' in html
    assert '<span class="bell-count" aria-hidden="true">1</span>' in html
    assert "bell-count" not in browser(cast.colleague).get("/").content.decode()


def test_a_long_list_costs_no_more_queries(cast: Cast) -> None:
    counts = []
    client = browser(cast.owner)
    client.get("/notices/")
    for count in (3, 300):
        tell(cast.owner, count, unit_id=cast.county.pk)
        with CaptureQueriesContext(connection) as queries:
            client.get("/notices/")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 12


# Settings -------------------------------------------------------------------------------------------------

WISHES = {
    "mail": "on",
    "robots": "",
    "digest_at": "09:15",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "muted_until": "",
}


def test_settings_are_stored_and_audited(cast: Cast) -> None:
    response = browser(cast.owner).post("/notices/settings/", WISHES)
    assert response.headers["Location"] == "/notices/settings/"
    row = Preference.objects.get(user=cast.owner)
    assert (row.mail, row.robots, row.digest_at, row.quiet_from, row.quiet_to) == (
        True,
        False,
        time(9, 15),
        time(22),
        time(7),
    )
    event = AuditEvent.objects.get(object_kind="preference")
    assert event.changes["每日汇总时间"] == ["", "09:15:00"]
    assert event.changes["在工作群里提到我"] == ["是", "否"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"digest_at": "05:00"}, "digest_at", "可选 07:00 至 18:00"),
        ({"digest_at": "早上"}, "digest_at", "有效的时间"),
        ({"quiet_to": ""}, "quiet_to", "要么都填"),
        ({"quiet_from": "08:00", "quiet_to": "23:00"}, "quiet_to", "最长 14 小时"),
        ({"muted_until": "2017-06-05"}, "muted_until", "不能早于今天"),
    ],
)
def test_bad_settings_are_told_at_the_field(cast: Cast, typed: dict, field: str, said: str) -> None:
    response = browser(cast.owner).post("/notices/settings/", WISHES | typed)
    assert response.status_code == 200
    assert said in "".join(response.context["form"].errors[field])
    assert set(response.context["form"].errors) == {field}
    assert not Preference.objects.exists()
    for value in typed.values():
        assert value in response.content.decode()  # what was typed is still there


def test_the_administrators_hours_bound_the_choice(cast: Cast) -> None:
    DeliveryRules(pk=2, digest_at=time(9), earliest=time(9), latest=time(9, 10)).save()
    response = browser(cast.owner).post("/notices/settings/", WISHES)
    assert response.context["form"].errors["digest_at"] == ["可选 09:00 至 09:10。"]


def test_what_can_not_be_switched_off_says_why(cast: Cast) -> None:
    html = browser(cast.owner).get("/notices/settings/").content.decode()
    assert "不能关闭：这些事有期限" in html
    assert "您的账号没有邮箱" in html
    type(cast.owner).objects.update(email="lijing@example.org")
    assert "发到 lijing@example.org" in browser(cast.owner).get("/notices/settings/").content.decode()


# The desk -------------------------------------------------------------------------------------------------


def test_words_are_edited_at_the_desk(cast: Cast, templates: None) -> None:
    template = NoticeTemplate.objects.get(code="chase")
    url = f"/admin/notices/noticetemplate/{template.pk}/change/"
    client = browser(cast.admin)
    assert "可用的变量：{unit} 欠报单位" in client.get(url).content.decode()
    bad = {"title": "催办：{subject}", "text": "{unti}逾期", "action": "去办"}
    html = client.post(url, bad).content.decode()
    assert "不认识变量“{unti}”。可用的变量：{unit} 欠报单位" in html
    assert "{unti}逾期" in html
    template.refresh_from_db()
    assert "{unti}" not in template.text
    assert client.post(url, bad | {"text": "{unit}逾期 {days} 天"}).status_code == 302
    template.refresh_from_db()
    assert template.text == "{unit}逾期 {days} 天"
    assert AuditEvent.objects.filter(object_kind="noticetemplate").count() == 1
    assert template.history.count() == 1


ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret"


def test_a_robot_is_set_up_at_the_desk_and_its_address_not_shown_again(cast: Cast) -> None:
    client = browser(cast.admin)
    typed = {"kind": "wecom", "name": "钟山区群", "unit": cast.county.pk, "is_active": "on"}
    refused = client.post("/admin/notices/channel/add/", typed | {"address": "https://evil.example/?key=1"})
    assert "不是这种机器人的地址" in refused.content.decode()
    assert "请填写机器人地址" in client.post("/admin/notices/channel/add/", typed).content.decode()
    added = client.post("/admin/notices/channel/add/", typed | {"address": ROBOT})
    assert added.status_code == 302
    channel = Channel.objects.get()
    assert (channel.address, channel.unit) == (ROBOT, cast.county)
    url = f"/admin/notices/channel/{channel.pk}/change/"
    assert "very-secret" not in client.get(url).content.decode()
    client.post(url, typed | {"name": "钟山区创模群", "address": "", "secret": ""})
    channel.refresh_from_db()
    assert (channel.name, channel.address) == ("钟山区创模群", ROBOT)


def test_what_failed_is_sent_once_more_from_the_desk(cast: Cast) -> None:
    channel = Channel.objects.create(kind="wecom", name="群", address=ROBOT)
    values = {"channel": channel, "title": "一件", "text": "", "next_try_at": timezone.now()}
    failed = Message.objects.create(key="1", state="failed", error="550", attempts=1, **values)
    sent = Message.objects.create(key="2", state="sent", **values)
    client = browser(cast.admin)
    assert client.get("/admin/notices/message/").status_code == 200
    client.post("/admin/notices/message/", {"action": "again", "_selected_action": [failed.pk, sent.pk]})
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.error, sent.state) == ("waiting", "", "sent")
    assert failed.give_up_at > timezone.now() + timedelta(days=2)


def test_a_leader_is_marked_at_the_desk(cast: Cast) -> None:
    seat = Membership.objects.get(user=cast.colleague)
    url = f"/admin/access/membership/{seat.pk}/change/"
    browser(cast.admin).post(url, {"is_leader": "on", "valid_from": "", "valid_to": "", "reason": "分管"})
    seat.refresh_from_db()
    assert seat.is_leader
    event = AuditEvent.objects.get(object_kind="membership")
    assert (event.changes, event.reason) == ({"单位领导": [False, True]}, "分管")


def test_people_without_mail_are_found_at_the_desk(cast: Cast) -> None:
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(email="lijing@example.org")
    client = browser(cast.admin)
    shown = client.get("/admin/access/user/?mail=no").context["cl"].queryset
    assert cast.colleague in shown
    assert cast.owner not in shown
    assert list(client.get("/admin/access/user/?mail=yes").context["cl"].queryset) == [cast.owner]
