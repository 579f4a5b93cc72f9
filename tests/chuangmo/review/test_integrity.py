"""What was submitted and done in a review can't be changed; where somebody got round that, the check names it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from chuangmo.review.models import Remark, ReviewEvent, Revision, State
from tests.factories import Cast
from tests.indicators.reporting.review.story import report_in, step
from tests.worlds import triggers_asleep


@pytest.fixture
def returned(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    step(cast, report, "send_back", remarks={"": "请补产生量的依据"})


@pytest.mark.parametrize("model", [Revision, ReviewEvent, Remark])
@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_refuses(cast: Cast, returned, model, how: str) -> None:
    table, row = model._meta.db_table, model.objects.latest("pk")
    column = {"review_revision": "digest", "review_reviewevent": "reason", "review_remark": "text"}[table]
    sql = (
        f"UPDATE {table} SET {column} = 'x' WHERE id = %s"
        if how == "update"
        else f"DELETE FROM {table} WHERE id = %s"
    )
    with (
        pytest.raises(DatabaseError, match="不能修改或删除"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [row.pk])
    row.refresh_from_db()


def run() -> tuple[int, str]:
    err = StringIO()
    try:
        call_command("verify_audit", stdout=StringIO(), stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), err.getvalue()
    return 0, err.getvalue()


def test_a_revision_changed_behind_the_triggers_is_named(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    assert run() == (0, "")
    content = {**Revision.objects.get(case=report.case_id).content, "texts": {"progress": "改过"}}
    with triggers_asleep():
        Revision.objects.filter(case=report.case_id).update(content=content)
    code, words = run()
    assert code == 1
    assert f"审核件 {report.case_id} 第 1 稿的内容与提交时的摘要不符" in words
