"""The tasks' pages: constant queries, what is filtered and exported, batches, what was typed after a refusal."""

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.campaigns.models import Member, Post, Share, Task
from projects.campaigns.rules.names import name_key
from projects.campaigns.services import moves
from tests.factories import Cast
from tests.projects.campaigns.world import make_member, make_task, paper, prove, sheet
from tests.projects.works.conftest import client_of, words

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
LIST = "/p/2017/tasks/"


def fill(cast: Cast, task: Task, count: int, first: int = 0) -> list[Member]:
    return Member.objects.bulk_create(
        Member(task=task, unit=cast.county, name=f"{n}号锅炉", key=name_key(f"{n}号锅炉"), state="open")
        for n in range(first, first + count)
    )


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_list_register_and_home_take_the_same_queries_however_many(cast: Cast) -> None:
    client = client_of(cast.lead)
    task = make_task(cast)
    fill(cast, task, 10)
    urls = [LIST, f"{LIST}?as=xlsx", task.get_absolute_url(), f"{task.get_absolute_url()}?as=xlsx", "/"]
    few = [queries(client, url) for url in urls]
    for number in range(30):
        fill(cast, make_task(cast, code=f"t{number}", name=f"任务{number}", order=number + 1), 3)
    fill(cast, task, 300, first=10)
    assert [queries(client, url) for url in urls] == few


def test_the_list_says_how_each_stands(cast: Cast) -> None:
    task = make_task(cast)
    make_task(cast, code="none", name="没有名单的任务")
    one, _ = (
        make_member(cast, task, "德坞1号锅炉"),
        make_member(cast, task, "双水2号锅炉", unit=cast.other_county),
    )
    prove(cast, one)
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=[one.pk])
    moves.verify(by=cast.lead, task_id=task.pk, member_ids=[one.pk])
    client = client_of(cast.office)
    text = words(client.get(LIST))
    assert "1 / 2" in text and "落后 14 个百分点" in text and "2 个单位名单还没报齐" in text
    assert "没有名单的任务" not in words(client.get(f"{LIST}?light=behind"))
    assert "该单位 1 / 1" in words(client.get(f"{LIST}?unit={cast.county.pk}"))
    book = openpyxl.load_workbook(BytesIO(client.get(f"{LIST}?as=xlsx").content))
    rows = list(book.active.iter_rows(min_row=3, values_only=True))
    assert [(row[0], row[2], row[6], row[7], row[8]) for row in rows] == [
        ("锅炉煤改气", "50.0%", 2, 0, 1),
        ("没有名单的任务", None, 0, 0, 0),
    ]


def test_a_county_looks_into_its_own_members_only(cast: Cast) -> None:
    task = make_task(cast)
    mine, other = (
        make_member(cast, task, "德坞锅炉"),
        make_member(cast, task, "双水锅炉", unit=cast.other_county),
    )
    page = words(client_of(cast.owner).get(task.get_absolute_url()))
    assert mine.name in page and other.name not in page
    assert client_of(cast.owner).get(other.get_absolute_url()).status_code == 404
    assert other.name in words(client_of(cast.lead).get(task.get_absolute_url()))


def test_filters_of_the_register(cast: Cast) -> None:
    task = make_task(cast)
    post = Post.objects.create(unit=cast.county, title="督查组", person="杨志明")
    make_member(cast, task, "德坞锅炉", post_id=post.pk, code="A-1")
    make_member(cast, task, "荷泉锅炉")
    client, url = client_of(cast.owner), task.get_absolute_url()

    def shown(query: str) -> set[str]:
        page = words(client.get(f"{url}?{query}"))
        return {
            name
            for name in ("德坞锅炉", "荷泉锅炉")
            if f"{name} " in page.split("销号名单")[1].split("最近办理")[0]
        }

    assert shown("") == {"德坞锅炉", "荷泉锅炉"}
    assert shown(f"post={post.pk}") == {"德坞锅炉"}
    assert shown("post=none") == {"荷泉锅炉"}
    assert shown("q=A-1") == {"德坞锅炉"}
    assert shown("state=verified") == set()


def test_a_batch_comes_back_to_the_same_filters_and_says_what_was_left(cast: Cast) -> None:
    task = make_task(cast)
    one, two = make_member(cast, task, "甲"), make_member(cast, task, "乙")
    prove(cast, one)
    client = client_of(cast.owner)
    url = reverse("campaigns:task-act", args=["2017", task.code])
    answer = client.post(
        url, {"act": "tick", "member": [one.pk, two.pk], "query": "state=open&evil=1"}, follow=True
    )
    assert answer.redirect_chain == [(f"{task.get_absolute_url()}?state=open", 302)]
    assert "已销号 1 个。没有销号的 1 个：乙：缺“验收意见”" in words(answer)
    refused = client.post(url, {"act": "tick", "member": two.pk})
    assert (refused.status_code, "一个也没有销号。乙：缺“验收意见”" in words(refused)) == (422, True)
    nothing = client.post(url, {"act": "tick"})
    assert (nothing.status_code, "请先勾选对象" in words(nothing)) == (422, True)


def test_one_file_proves_many(cast: Cast) -> None:
    task = make_task(cast)
    members = fill(cast, task, 5)
    url = reverse("campaigns:task-act", args=["2017", task.code])
    client = client_of(cast.owner)
    sent = {"act": "proof", "proof": "验收意见", "file": paper(), "member": [one.pk for one in members]}
    assert "已给 5 个对象附上“验收意见”" in words(client.post(url, sent, follow=True))
    page = client.get(members[0].get_absolute_url()).content.decode()
    link = page.split('href="/files/')[1].split('"')[0]
    assert b"".join(client.get(f"/files/{link}").streaming_content).startswith(b"%PDF")
    assert client_of(cast.stranger).get(f"/files/{link}").status_code == 404
    bad = client.post(url, {**sent, "file": paper("病毒.exe")})
    assert bad.status_code == 422


def test_a_likely_twin_is_asked_about_and_what_was_typed_stays(cast: Cast) -> None:
    task = make_task(cast)
    make_member(cast, task, "六盘水宏盛煤焦化有限公司")
    client, url = client_of(cast.owner), reverse("campaigns:member-new", args=["2017", task.code])
    typed = {"name": "六盘水宏盛煤焦化有限责任公司", "unit": cast.county.pk, "remark": "二厂"}
    asked = client.post(url, typed)
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "名单里已有“六盘水宏盛煤焦化有限公司”（名称只是写法不同）" in text and 'value="二厂"' in text
    assert client.post(url, {**typed, "is_apart": "on"}).status_code == 302
    assert Member.objects.count() == 2


def test_import_page_shows_faults_then_confirms(cast: Cast) -> None:
    task = make_task(cast)
    client = client_of(cast.owner)
    url = reverse("campaigns:import-new", args=["2017", task.code])
    template = client.get(reverse("campaigns:import-template", args=["2017", task.code]))
    book = openpyxl.load_workbook(BytesIO(template.content))
    head = [cell.value for cell in book["名单"][1]]
    assert head == ["名称", "代码", "责任单位", "所在县区", "岗位", "责任人", "备注"]
    bad = client.post(url, {"file": sheet([["", "1"], ["甲"]])}, follow=True)
    assert "没有填名称" in words(bad) and "1 处错误，改好重新上传" in words(bad)
    good = client.post(url, {"file": sheet([["甲"], ["乙"]])}, follow=True)
    assert "可以导入：新增 2 个" in words(good)
    confirm = good.redirect_chain[-1][0] + "confirm/"
    assert "已导入：新增 2 个" in words(client.post(confirm, follow=True))
    assert Share.objects.get(task=task, unit=cast.county).closed_at is None


def test_shares_are_broken_down_to_posts(cast: Cast) -> None:
    task = make_task(cast)
    fill(cast, task, 3)
    share = Share.objects.get(task=task, unit=cast.county)
    client, url = client_of(cast.owner), reverse("campaigns:share-act", args=["2017", task.code, share.pk])
    missing = client.post(url, {"act": "post", "title": "督查组", "person": ""})
    assert (missing.status_code, "请填写责任人" in words(missing)) == (422, True)
    assert 'value="督查组"' in missing.content.decode()
    client.post(url, {"act": "post", "title": "督查组", "person": "杨志明", "user": cast.owner.pk})
    post = Post.objects.get()
    page = client.post(url, {"act": "give", "post": post.pk}, follow=True)
    assert "已把 3 个未落实的对象落实到岗" in words(page) and "0 / 3" in words(page)
    assert set(Member.objects.values_list("post", flat=True)) == {post.pk}
    stranger = client.post(url, {"act": "post", "title": "x", "person": "y", "user": cast.stranger.pk})
    assert "这个账号不属于该单位" in words(stranger)
