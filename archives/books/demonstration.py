"""Issued files of the demonstration (settings.DEMONSTRATION_PARTS): one that counts, one that was replaced, one withdrawn.

Codes are random everywhere else; here they are the same on every run.
"""

from __future__ import annotations

from datetime import date

from archives.books.codes import ALPHABET, LENGTH
from archives.books.models import IssuedFile, Kind
from archives.books.services import issue_file, supersede, withdraw
from chuangmo.access.models import Membership, Role, User
from chuangmo.org.queries import city_office_ids
from indicators.demonstration.rules.chance import pick
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan

__all__ = ["tell"]

FIRST, SECOND, WRONG = (
    "创模数据工作簿（截至 4 月，演示）",
    "创模数据工作簿（截至 5 月，演示）",
    "创模指标表（截至 5 月，演示）",
)


def tell(plan: Plan) -> None:
    """Given out at the beginning of May and June."""
    by = _office()
    first = _give_out(FIRST, Kind.WORKBOOK, by, date(2017, 5, 8))
    second = _give_out(SECOND, Kind.WORKBOOK, by, date(2017, 6, 5))
    wrong = _give_out(WRONG, Kind.TABLE, by, date(2017, 6, 2))
    with moment(at(date(2017, 6, 5), 16, 20)):
        supersede(issued=first, newer=second, by=by)
        withdraw(issued=wrong, reason="表头的截止月份印错，另行出具", by=by)


def _give_out(title: str, kind: Kind, by: User, day: date) -> IssuedFile:
    with moment(at(day, 15, 10)):
        issued = issue_file(f"{title}\n".encode(), title=title, kind=kind, by=by)
    code = "".join(ALPHABET[pick(len(ALPHABET), title, place)] for place in range(LENGTH))
    IssuedFile.objects.filter(pk=issued.pk).update(code=code)
    issued.refresh_from_db()
    return issued


def _office() -> User:
    """Whoever was first in the city's steering office."""
    found = Membership.objects.filter(unit__in=city_office_ids(), role=Role.OFFICE).select_related("user")
    return found.earliest("pk").user
