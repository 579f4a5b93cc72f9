"""Pages of orders: list, Excel, form on paper, moves with what was typed, panels; the same queries for ten or a hundred."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from supervision.orders.models import Order
from supervision.orders.services import sign_order
from supervision.orders.views.orders import code_of
from tests.factories import UnitFactory
from tests.supervision.story import WORDS, Supervision

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def move(order: Order, name: str) -> str:
    return reverse("orders:order-move", args=[order.pk, name])


def test_a_finding_becomes_a_draft_with_what_is_known(world: Supervision) -> None:
    found = world.finding(indicator_id=world.cast.indicator.pk)
    client = client_of(world.cast.office)
    url = f"{reverse('orders:order-new')}?finding={found.pk}"
    form = client.get(url).context["form"]
    assert form["unit"].value() == world.cast.county.pk
    assert WORDS in form["requirements"].value()
    typed = {
        "office": world.cast.city_office.pk,
        "unit": world.cast.county.pk,
        "title": "",
        "requirements": "封堵排口",
        "due_on": "2017-10-01",
        "indicator": world.cast.indicator.pk,
        "co_units": [world.cast.bureau.pk],
    }
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "请写事由" in refused.content.decode() and "封堵排口" in refused.content.decode()
    assert client.post(url, typed | {"title": "德坞河排口整改"}).status_code == 302
    order = Order.objects.get()
    assert (order.finding, order.source_label) == (found, f"检查发现：{found}")
    page = client.get(order.get_absolute_url()).content.decode()
    assert "10 月 1 日不是工作日，顺延到 10 月 9 日" in re.sub(r"\s+", " ", page)
    told = client.post(move(order, "issue"), {"version": order.version}, follow=True).content.decode()
    assert "办结期限2017年10月1日不是工作日，已顺延到2017年10月9日。" in told and "水创督〔2017〕1号" in told
    for hidden in ("999999", "x", str(world.finding(world.moved(world.tour(), "begin")).pk)):
        assert client.get(f"{reverse('orders:order-new')}?finding={hidden}").status_code == 404


def test_what_was_typed_stays_and_whoever_is_second_is_told(world: Supervision) -> None:
    order = world.order("signed")
    client = client_of(world.cast.owner)
    bad = SimpleUploadedFile("程序.exe", b"MZ")
    response = client.post(
        move(order, "answer"), {"version": order.version, "text": "已经封堵三处", "files": bad}
    )
    assert response.status_code == 422
    assert "已经封堵三处" in response.content.decode() and "不能上传“程序.exe”" in response.content.decode()
    response = client.post(move(order, "answer"), {"version": order.version - 1, "text": "已经封堵三处"})
    assert response.status_code == 409
    assert "已经封堵三处" in response.content.decode()
    assert "李静已“签收”" in response.content.decode()
    assert client.post(move(order, "close"), {"version": order.version}).status_code == 403
    assert client.post(move(order, "answer"), {"version": "x", "text": "y"}).status_code == 409
    issued = world.order()
    sign_order(by=world.cast.colleague, order_id=issued.pk, version=issued.version)
    late = client.post(move(issued, "sign"), {"version": issued.version})
    assert late.status_code == 409 and "陈主任已“签收”" in late.content.decode()


def test_the_list_filters_and_exports_what_it_shows(world: Supervision) -> None:
    first, second = world.order("closed"), world.order("signed", title="水城河垃圾清理")
    cancelled = world.order("cancelled", title="误发的")
    client = client_of(world.cast.office)

    def titles(query: str) -> list[str]:
        table = client.get(f"/supervision/orders/{query}").context["table"]
        return [row.record.title for row in table.rows]

    assert titles("") == [second.title]
    assert titles("?state=all") == [second.title, first.title, cancelled.title]
    assert titles("?state=closed") == [first.title]
    assert titles("?state=all&q=水城河") == [second.title]
    assert titles("?state=late") == titles("?state=rebound") == []
    assert titles("?state=nonsense") == [second.title, first.title, cancelled.title]
    book = client.get(
        "/supervision/orders/?state=all&as=xlsx&columns=title&columns=document_number&columns=state"
    )
    rows = list(load_workbook(BytesIO(book.content)).active.iter_rows(min_row=2, values_only=True))
    assert rows == [
        ("事由", "文号", "状态"),
        (second.title, "水创督〔2017〕2号", "已签收"),
        (first.title, "水创督〔2017〕1号", "已销号"),
        (cancelled.title, "水创督〔2017〕3号", "作废"),
    ]


def test_the_form_on_paper_has_a_code_that_opens_the_order(world: Supervision, settings) -> None:
    settings.SITE_URL = "https://cm.example.gov.cn"
    order = world.order("answered")
    response = client_of(world.cast.owner).get(reverse("orders:order-paper", args=[order.pk]))
    pdf = PdfReader(BytesIO(response.content))
    text = "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    assert [round(float(edge) / 72 * 25.4) for edge in pdf.pages[0].mediabox[2:]] == [210, 297]
    for word in (
        order.document_number,
        order.title,
        "封堵排口，恢复河面清洁。",
        "市城市管理局",
        "已封堵排口",
    ):
        assert word in text, word
    address = f"https://cm.example.gov.cn/supervision/orders/{order.pk}/"
    links = [note.get_object()["/A"]["/URI"] for page in pdf.pages for note in page.get("/Annots", []) or []]
    assert links == [address]
    # The code is the address's own: the same modules as a fresh encoding, and of no other address.
    assert code_of(address) == segno.make(address, error="m").svg_inline(scale=3, border=2)
    assert code_of(address) != code_of(address.replace("orders/", "order/"))
    cancelled = world.order("cancelled")
    paper = client_of(world.cast.owner).get(reverse("orders:order-paper", args=[cancelled.pk]))
    assert "作废" in "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)


def test_home_says_what_waits_for_whom(world: Supervision) -> None:
    world.order("issued")
    world.order("answered", title="等复核的")
    world.draft(title="没签发的")
    shown = {}
    for name in ("owner", "helper", "office", "stranger", "county_office"):
        page = client_of(world.people()[name]).get("/").content.decode()
        shown[name] = {word for word in ("德坞河污水直排整改", "等复核的", "没签发的") if word in page}
    assert shown == {
        "owner": {"德坞河污水直排整改"},
        "helper": {"德坞河污水直排整改", "等复核的"},  # has not signed for either
        "office": {"等复核的", "没签发的"},
        "stranger": set(),
        "county_office": set(),
    }


def test_a_helper_signs_from_the_page(world: Supervision) -> None:
    order = world.order()
    client = client_of(world.helper)
    assert "协办签收" in client.get(order.get_absolute_url()).content.decode()
    helper = order.helpers.get()
    assert client.post(move(order, "help"), {"helper": helper.pk}).status_code == 302
    assert client.post(move(order, "help"), {"helper": helper.pk}).status_code == 409
    helper.refresh_from_db()
    assert helper.signed_by == world.helper


LISTS = [
    "/supervision/",
    "/supervision/orders/",
    "/supervision/inspections/",
    "/supervision/findings/",
    "/supervision/rebounds/",
    "/",
]


def test_the_same_queries_for_few_and_many(world: Supervision) -> None:
    def grow(count: int) -> None:
        for _ in range(count):
            unit = UnitFactory()
            found = world.finding(unit_id=unit.pk)
            order = world.order(unit=unit, finding=found)
            sign_as_nobody(order)
            world.tour("patrol", units=[unit.pk])
            # What came back, by the shortest way.
            order.rebounds.create(cause="hand", noted_on="2017-06-06", text="又来了")

    def sign_as_nobody(order: Order) -> None:
        Order.objects.filter(pk=order.pk).update(state="answered", answered_on="2017-06-06")

    def asked(path: str) -> int:
        client = client_of(world.cast.office)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(path).status_code == 200
        return len(found)

    grow(2)
    few = {path: asked(path) for path in LISTS}
    grow(18)
    assert {path: asked(path) for path in LISTS} == few


def test_one_order_costs_the_same_however_long_its_story(world: Supervision) -> None:
    short, long = world.order("signed"), world.order("sent_back")
    for _ in range(3):
        world.go(long, "sent_back")
        long.refresh_from_db()
    client = client_of(world.cast.office)
    counts = []
    for order in (short, long):
        with CaptureQueriesContext(connection) as found:
            client.get(order.get_absolute_url())
        counts.append(len(found))
    # A story with a file column and rungs asks for them once, whatever their number.
    assert abs(counts[0] - counts[1]) <= 1
