"""Role × unit × channel: a covert inspection and its findings are unknown to the inspected until they are released."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Refused
from chuangmo.notices.models import Notice
from supervision.inspections.models import Finding, InspectionKind
from supervision.inspections.services import (
    drop_finding,
    move_inspection,
    raise_finding,
    write_comment,
)
from supervision.orders.services import issue_draft
from tests.factories import give_role
from tests.projects.works.pictures import picture
from tests.supervision.story import PLACE, WORDS, Supervision

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

# Kind and state of an inspection of the owner's county by the city's office, with one finding: who opens the page of the
# inspection, and who that of the finding.
TABLE = """
kind           state      inspection                                                        finding
covert         planned    office                                                            -
covert         under_way  office                                                            office
covert         finished   office                                                            office
covert         released   office,owner,colleague,county_office,inspector,deputy,observer,admin  =
patrol         planned    office,owner,colleague,county_office,inspector,deputy,observer,admin  -
patrol         under_way  office,owner,colleague,county_office,inspector,deputy,observer,admin  office
patrol         released   office,owner,colleague,county_office,inspector,deputy,observer,admin  =
spot           planned    office                                                            -
spot           under_way  office,owner,colleague,county_office,inspector,deputy,observer,admin  office
spot           called_off office                                                            -
congress       finished   office,owner,colleague,county_office,inspector,deputy,observer,admin  office
media          released   office,owner,colleague,county_office,inspector,deputy,observer,admin  =
"""
ROWS = [line.split() for line in TABLE.splitlines()[2:] if line.strip()]
WAY = {
    "planned": (),
    "under_way": ("begin",),
    "finished": ("begin", "finish"),
    "released": ("begin", "finish", "release"),
    "called_off": (),
}


def client_of(user) -> Client:
    client = Client(raise_request_exception=False)
    if user.is_authenticated:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def status_of(client: Client, url: str) -> int:
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def made(world: Supervision, kind: str, state: str) -> tuple[Any, Finding | None]:
    """The inspection in that state; with a finding and a picture of it once it has begun."""
    row = world.tour(kind)
    if state == "called_off":
        row = move_inspection(
            by=world.cast.office, inspection_id=row.pk, move="call-off", version=row.version, reason="下雨"
        )
        return row, None
    found = None
    for move in WAY[state]:
        row = world.moved(row, move)
        if move == "begin":
            found = world.finding(row, photos=[picture(taken="2017:06:06 09:00:00")])
    return row, found


@pytest.mark.parametrize(("kind", "state", "inspection", "finding"), ROWS)
def test_who_opens_what(world: Supervision, kind: str, state: str, inspection: str, finding: str) -> None:
    row, found = made(world, kind, state)
    finders = inspection if finding == "=" else finding
    expected = {"inspection": set(inspection.split(",")), "finding": set(finders.split(",")) - {"-"}}
    pages = {"inspection": [row.get_absolute_url()], "finding": []}
    if found is not None:
        pages["finding"] = [
            found.get_absolute_url(),
            reverse("files:file-download", args=[found.photos.get().attachment_id]),
        ]
    got: dict[str, set[str]] = {"inspection": set(), "finding": set()}
    for name, user in world.people().items():
        client = client_of(user)
        for what, urls in pages.items():
            statuses = {status_of(client, url) for url in urls}
            assert statuses <= ({200, 404} if user.is_authenticated else {302}), (name, statuses)
            if statuses == {200}:
                got[what].add(name)
    assert got == expected


# Every place where an inspected unit could read of it: (address, as which of its people).
CHANNELS = [
    "/",
    "/notices/",
    "/supervision/",
    "/supervision/inspections/",
    "/supervision/inspections/?state=under_way&kind=covert",
    "/supervision/inspections/?as=xlsx",
    "/supervision/findings/",
    "/supervision/findings/?q=油花",
    "/supervision/findings/?as=xlsx",
    "/supervision/orders/?state=all",
    "/supervision/rebounds/",
]


@pytest.mark.parametrize("person", ["owner", "colleague", "county_office", "stranger", "inspector", "deputy"])
def test_nothing_of_a_covert_inspection_shows_before_its_release(world: Supervision, person: str) -> None:
    row, found = made(world, "covert", "under_way")
    draft = world.draft(finding=found, title="暗访发现的整改", co_units=[])
    client = client_of(world.people()[person])
    hidden = [row.title, PLACE, WORDS, draft.title, "暗访发现"]
    for url in CHANNELS:
        response = client.get(url)
        assert response.status_code == 200, url
        content = response.content.decode("utf-8", "replace")
        assert [word for word in hidden if word in content] == [], url
        if response["Content-Type"].startswith("application/vnd"):
            book = load_workbook(BytesIO(response.content))
            assert [line for line in book.active.iter_rows(min_row=3, values_only=True) if any(line)] == []
    for url in (row.get_absolute_url(), found.get_absolute_url(), draft.get_absolute_url()):
        assert client.get(url).status_code == 404
    assert on_hub(client) == 0
    assert Notice.objects.count() == 0
    assert Obligation.objects.count() == 0


def on_hub(client: Client) -> int:
    """How many findings the page of supervision counts."""
    sections = client.get("/supervision/").context["sections"]
    return next(section for section in sections if section.url == "/supervision/inspections/").lines[1].count


def test_the_same_words_show_to_its_own_office(world: Supervision) -> None:
    """The other half of the proof: what is looked for above is really there for those who may see it."""
    row, _ = made(world, "covert", "under_way")
    client = client_of(world.cast.office)
    assert row.title in client.get("/supervision/inspections/").content.decode()
    assert PLACE in client.get("/supervision/findings/?q=油花").content.decode()
    assert on_hub(client) == 1


def test_the_log_names_neither_place_nor_unit_before_the_release(world: Supervision) -> None:
    row, _ = made(world, "covert", "finished")
    told = AuditEvent.objects.filter(object_kind__in=["inspection", "finding"])
    words = " ".join(f"{one.object_label} {one.reason} {one.changes}" for one in told)
    assert told.filter(object_kind="inspection").count() == 3
    assert not any(word in words for word in (row.title, PLACE, WORDS, world.cast.county.name))
    assert not told.filter(Q(object_kind="inspection", unit_id__isnull=False)).exists()


def test_release_tells_the_unit_once_and_only_of_its_own(world: Supervision) -> None:
    cast = world.cast
    row = world.moved(world.tour(units=[cast.county.pk, cast.other_county.pk]), "begin")
    mine = world.finding(row)
    other = world.finding(row, unit_id=cast.other_county.pk, place="水城河一号桥", text="建筑垃圾入河")
    dropped = world.finding(row, place="误记的地方", text="误记")
    drop_finding(by=cast.office, finding_id=dropped.pk, reason="记错了")
    world.moved(row, "finish", "release")
    assert {(one.user_id, one.title) for one in Notice.objects.all()} == {
        (cast.owner.pk, f"检查发现问题：污水直排：{PLACE}"),
        (cast.owner2.pk, f"检查发现问题：污水直排：{PLACE}"),
        (cast.colleague.pk, f"检查发现问题：污水直排：{PLACE}"),
        (cast.stranger.pk, "检查发现问题：污水直排：水城河一号桥"),
    }
    page = client_of(cast.owner).get(row.get_absolute_url()).content.decode()
    assert WORDS in page and "建筑垃圾入河" not in page and "误记" not in page
    statuses = [
        client_of(cast.owner).get(one.get_absolute_url()).status_code for one in (mine, other, dropped)
    ]
    assert statuses == [200, 404, 404]


def test_nobody_of_the_inspected_unit_learns_of_it_whatever_their_office(world: Supervision) -> None:
    """A person of the city's office who also reports for the county."""
    row, found = made(world, "covert", "under_way")
    draft = world.draft(finding=found)
    give_role(world.cast.office, world.cast.county, "reporter")
    client = client_of(world.cast.office)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(found.get_absolute_url()).status_code == 404
    with pytest.raises(Invalid) as told:
        world.tour(team=[world.cast.owner.pk])
    assert told.value.faults == {"team": "暗访人员不能来自被查单位：李静（钟山区）"}
    world.tour(InspectionKind.PATROL, team=[world.cast.owner.pk])


def test_the_team_sees_and_finds_and_does_nothing_else(world: Supervision) -> None:
    row = world.moved(world.tour(team=[world.deputy.pk]), "begin")
    assert client_of(world.deputy).get(row.get_absolute_url()).status_code == 200
    assert world.finding(row, by=world.deputy).created_by == world.deputy
    with pytest.raises(Refused):
        world.moved(row, "finish", by=world.deputy)


def test_an_order_waits_for_the_release(world: Supervision) -> None:
    row, found = made(world, "covert", "finished")
    draft = world.draft(finding=found)
    with pytest.raises(Refused, match="检查还没有公布"):
        issue_draft(by=world.cast.office, order_id=draft.pk, version=draft.version)
    world.moved(row, "release")
    order = issue_draft(by=world.cast.office, order_id=draft.pk, version=draft.version)
    assert (order.state, order.number) == ("issued", 1)  # the refusal took no number


def test_a_countys_covert_inspection_is_for_its_office_and_the_citys(world: Supervision) -> None:
    cast = world.cast
    row = world.tour(by=cast.county_office, office_id=world.county_seat.pk)
    sees = {
        name
        for name, user in world.people().items()
        if client_of(user).get(row.get_absolute_url()).status_code == 200
    }
    assert sees == {"office", "county_office"}
    own = world.tour(by=cast.inspector, office_id=cast.inspector.memberships.get().unit_id)
    sees = {
        name
        for name, user in world.people().items()
        if client_of(user).get(own.get_absolute_url()).status_code == 200
    }
    assert sees == {"inspector"}


# Deputies -------------------------------------------------------------------------------------------------


def test_deputies_read_and_comment_and_a_comment_becomes_a_finding(world: Supervision) -> None:
    cast = world.cast
    row = world.moved(world.tour(InspectionKind.CONGRESS), "begin", "finish", "release")
    deputy, office = client_of(world.deputy), client_of(cast.office)
    said = {"text": "一号桥下有垃圾", "place": "一号桥", "unit": cast.county.pk}
    assert deputy.post(reverse("inspections:inspection-comment", args=[row.pk]), said).status_code == 302
    assert deputy.post(reverse("inspections:inspection-new"), {}).status_code == 403
    assert deputy.post(reverse("inspections:inspection-comment", args=[row.pk]), {}).status_code == 422
    comments = reverse("inspections:comment-list")
    seen = {
        name: client_of(user).get(comments) for name, user in world.people().items() if user.is_authenticated
    }
    shown = {name for name, one in seen.items() if "一号桥下有垃圾" in one.content.decode()}
    assert shown == {"deputy", "office", "observer", "admin"}
    assert {name for name, one in seen.items() if one.status_code == 403} == {
        "owner",
        "colleague",
        "stranger",
        "lead",
        "county_office",
        "assessor",
        "helper",
        "other_county_office",
    }
    comment = world.deputy.memberships.get().unit.comments.get()
    assert (comment.subject_label, comment.unit) == (row.title, cast.county)
    form = office.get(f"{reverse('inspections:finding-direct')}?comment={comment.pk}")
    assert form.context["form"]["text"].value() == "一号桥下有垃圾"
    raised = raise_finding(
        by=cast.office,
        office_id=cast.city_office.pk,
        found=world.found_input(text=comment.text, place="一号桥"),
        comment_id=comment.pk,
    ).finding
    assert raised.is_released and comment.finding == raised
    answer = reverse("inspections:comment-answer", args=[comment.pk])
    assert office.post(answer, {"answer": " "}).status_code == 422
    assert office.post(answer, {"answer": "已转责任单位整改"}).status_code == 302
    assert deputy.post(answer, {"answer": "x"}).status_code == 403
    assert "已转责任单位整改" in deputy.get(comments).content.decode()


def test_only_oversight_bodies_comment(world: Supervision) -> None:
    def try_it(name: str, user) -> Callable[[], object]:
        return lambda: write_comment(by=user, text=f"{name}说")

    allowed = set()
    for name, user in world.people().items():
        if user.is_authenticated:
            try:
                try_it(name, user)()
                allowed.add(name)
            except Refused:
                pass
    assert allowed == {"deputy", "inspector"}
