"""A run of the checks: begun by the office or the timetable, done in the background piece by piece, closed with a digest."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from archives.checks.models import CheckResult, CheckRule, CheckRun
from archives.checks.queries.facts import facts_of
from archives.checks.rules.checking import Rule, applies, findings_of, outcome_of
from archives.holdings.models import Accession
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from chuangmo.jobs.services import enqueue
from indicators.plan.models import Plan

__all__ = ["KIND", "go_on", "rules_of", "start_run"]

KIND = "checks.run"
BATCH, SECONDS = 50, 150  # of one job: what is left then is another one's


def start_run(*, plan: Plan, by: User | None) -> CheckRun:
    """Begin a run; None for the timetable. Refused, Stale (one is under way)."""
    if by is not None and not rights_of(by).is_office:
        raise Refused("四性检查由创模办发起。")
    try:
        with transaction.atomic():
            run = CheckRun.objects.create(plan=plan, by=by, started_at=timezone.now(), rules=_rules_on())
            record(by=by, action="发起四性检查", object_kind="check_run", object_id=run.pk, label=str(run))
            enqueue(KIND, key=str(run.pk), args={"run_id": run.pk}, by=by)
    except IntegrityError:
        raise Stale("上一次四性检查还没有完成，请稍后再发起。") from None
    return run


def go_on(run: CheckRun, *, tell: Callable[[int, int], None], seconds: float = SECONDS) -> bool:
    """Check what the run has not checked yet, for about so long; close it when nothing is left (True)."""
    begun = time.monotonic()
    total = _to_check(run).count() + run.results.count()
    rules = rules_of(run)
    while batch := list(_to_check(run)[:BATCH]):
        _check(run, batch, rules)
        tell(run.results.count(), total)
        if time.monotonic() - begun > seconds:
            break
    if _to_check(run).exists():
        enqueue(KIND, key=str(run.pk), args={"run_id": run.pk})
        return False
    _close(run)
    return True


def rules_of(run: CheckRun) -> list[Rule]:
    """The checks as they were when the run began."""
    return [Rule(row["code"], row["severity"], tuple(row["kinds"]), row["amount"]) for row in run.rules]


def _rules_on() -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "property": row.property,
            "property_name": row.get_property_display(),
            "severity": row.severity,
            "kinds": [kind for kind in row.kinds.replace("，", ",").replace(" ", "").split(",") if kind],
            "amount": row.amount,
        }
        for row in CheckRule.objects.filter(is_on=True)
    ]


def _to_check(run: CheckRun) -> Any:
    """What counts now and was not checked in this run, by archive number."""
    return (
        Accession.objects.counting()
        .filter(plan=run.plan)
        .exclude(check_results__run=run)
        .select_related("version__file__extracted")
        .order_by("archive_number", "pk")
    )


def _check(run: CheckRun, accessions: Sequence[Accession], rules: Sequence[Rule]) -> None:
    """One batch; reading the files is outside of the transaction. What another worker checked meanwhile stays its."""
    now = timezone.now()
    rows = []
    for accession in accessions:
        findings = findings_of(facts_of(accession), rules)
        rows.append(
            CheckResult(
                run=run,
                accession=accession,
                sha256=accession.version.file.sha256,
                outcome=outcome_of(findings, rules),
                findings=[list(finding) for finding in findings],
                checked_at=now,
            )
        )
    CheckResult.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _close(run: CheckRun) -> None:
    """Count and seal; harmless when another worker closed it."""
    rules = rules_of(run)
    tallies = {rule.code: [0, 0] for rule in rules}
    counts = {"ok": 0, "warn": 0, "bad": 0}
    digest = hashlib.sha256()
    results = run.results.select_related("accession").order_by("accession__archive_number", "accession_id")
    for row in results:
        counts[row.outcome] += 1
        failed = {code for code, _ in row.findings}
        for rule in rules:
            if applies(rule, row.accession):
                tallies[rule.code][0] += 1
                tallies[rule.code][1] += rule.code in failed
        line = [row.accession.archive_number, row.sha256, row.outcome, row.findings]
        digest.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    CheckRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(
        finished_at=timezone.now(),
        pieces=sum(counts.values()),
        bad=counts["bad"],
        warned=counts["warn"],
        tallies=tallies,
        digest=digest.hexdigest(),
    )
    run.refresh_from_db()
