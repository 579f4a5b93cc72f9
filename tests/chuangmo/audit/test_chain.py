"""Audit rows cannot be changed, and the chain over them tells when somebody managed to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chuangmo.audit import triggers
from chuangmo.audit.models import AuditEvent, Seal
from chuangmo.audit.sealing import seal, verify
from chuangmo.audit.services import last_seal, record, record_edit
from tests.factories import UserFactory


def write(count: int = 1, **more) -> list[AuditEvent]:
    return [
        record(
            by=None,
            action="测试",
            object_kind="thing",
            object_id=n,
            label=f"第{n}件",
            changes={"a": [n, "乙"]},
            **more,
        )
        for n in range(count)
    ]


def tamper(sql: str, *params: object) -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    triggers.install(connection)


def run(name: str, *args: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=err)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET reason = 'x'",
        "UPDATE audit_auditevent SET changes = '{}'",
        "DELETE FROM audit_seal",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_seal SET digest = 'x'",
    ],
)
def test_database_refuses_change(sql: str) -> None:
    write(3)
    seal()
    before = list(AuditEvent.objects.values()), list(Seal.objects.values())
    with (
        pytest.raises(IntegrityError, match="审计记录不能"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert (list(AuditEvent.objects.values()), list(Seal.objects.values())) == before


@pytest.mark.django_db
def test_only_the_changes_of_an_open_row_may_be_continued() -> None:
    user = UserFactory()
    cell = {"by": user, "object_kind": "value", "object_id": 7, "label": "格", "unit_id": 1}
    first = record_edit(before="1", after="2", **cell)
    second = record_edit(before="2", after="3", **cell)
    assert first.pk == second.pk
    assert AuditEvent.objects.get().changes == {"值": ["1", "3"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=first.pk).update(actor_name="别人")
    assert seal() == 0, "a row that may still be continued waits"
    assert verify().tail == 1


@pytest.mark.django_db
def test_a_sealed_row_is_closed_even_if_it_was_open() -> None:
    event = record_edit(
        by=UserFactory(), object_kind="value", object_id=7, label="格", unit_id=1, before="1", after="2"
    )
    tamper(
        "UPDATE audit_auditevent SET open_until = %s WHERE id = %s",
        timezone.now() - timedelta(hours=1),
        event.pk,
    )
    assert seal() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(changes={})


@pytest.mark.django_db
def test_seals_have_no_gaps_and_chain() -> None:
    write(5)
    assert seal(limit=2) == 2
    assert seal() == 3
    assert seal() == 0
    links = list(Seal.objects.order_by("seal_no"))
    assert [link.seal_no for link in links] == [1, 2, 3, 4, 5]
    assert [link.previous_digest for link in links] == ["0" * 64, *(link.digest for link in links[:-1])]
    assert [link.event_id for link in links] == sorted(link.event_id for link in links)
    assert last_seal() == links[-1]
    found = verify()
    assert (found.links, found.broken, found.tail, found.is_sound) == (5, None, 0, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "broken_at", "words"),
    [
        ("UPDATE audit_auditevent SET actor_name = '别人' WHERE id = {third}", 3, "内容与封存时的摘要不符"),
        ("UPDATE audit_auditevent SET changes = '{{}}' WHERE id = {third}", 3, "内容与封存时的摘要不符"),
        ("UPDATE audit_seal SET previous_digest = 'f' WHERE seal_no = 4", 4, "“前一摘要”与前一号的摘要不符"),
        ("UPDATE audit_seal SET digest = 'f' WHERE seal_no = 2", 2, "内容与封存时的摘要不符"),
        ("DELETE FROM audit_seal WHERE seal_no = 3", 3, "缺少这一号"),
        ("UPDATE audit_seal SET seal_no = 9 WHERE seal_no = 5", 5, "缺少这一号"),
    ],
)
def test_tampering_is_found_at_its_first_link(sql: str, broken_at: int, words: str) -> None:
    third = write(5)[2].pk
    seal()
    tamper(sql.format(third=third))
    found = verify()
    assert found.broken is not None
    assert (found.broken.seal_no, found.links) == (broken_at, broken_at - 1)
    assert words in found.broken.what


@pytest.mark.django_db
def test_command_names_the_row_and_fails() -> None:
    events = write(3)
    code, out, err = run("verify_audit")
    assert (code, err) == (0, "")
    assert "新封存 3 条；核对通过 3 号" in out and "审计链完整" in out
    tamper("UPDATE audit_auditevent SET reason = '改' WHERE id = %s", events[1].pk)
    code, out, err = run("verify_audit")
    assert code == 1
    assert f"第 2 号封存（审计记录 {events[1].pk}）" in err


@pytest.mark.django_db
def test_a_cut_end_shows_only_against_a_link_noted_elsewhere() -> None:
    events = write(4)
    seal()
    noted = last_seal()
    assert noted is not None
    triggers.remove(connection)
    Seal.objects.filter(seal_no__gte=3).delete()
    AuditEvent.objects.filter(pk__in=[event.pk for event in events[2:]]).delete()
    triggers.install(connection)
    assert verify().is_sound
    code, _, err = run("verify_audit", "--known", f"{noted.seal_no}:{noted.digest}")
    assert code == 1
    assert "链在此中断" in err


@pytest.mark.django_db
def test_missing_triggers_are_told() -> None:
    write()
    triggers.remove(connection)
    try:
        code, _, err = run("verify_audit")
    finally:
        triggers.install(connection)
    assert code == 1
    assert "audit_event_no_delete" in err
    assert triggers.missing(connection) == set()


@pytest.mark.django_db
def test_verifying_takes_the_chain_in_batches(django_assert_max_num_queries) -> None:
    from chuangmo.audit import sealing

    write(25)
    seal()
    original, sealing.BATCH = sealing.BATCH, 10
    try:
        with django_assert_max_num_queries(12):
            assert verify().links == 25
    finally:
        sealing.BATCH = original


@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_time_make_one_chain() -> None:
    write(40)

    def work(_: int) -> int:
        try:
            return seal()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))
    assert sum(counts) == 40
    assert [*Seal.objects.order_by("seal_no").values_list("seal_no", flat=True)] == list(range(1, 41))
    assert verify().is_sound


@pytest.mark.django_db
def test_rows_of_one_request_carry_its_number(client) -> None:
    first = client.get("/healthz")["X-Request-ID"]
    second = client.get("/healthz")["X-Request-ID"]
    assert len(first) == len(second) == 32
    assert first != second
