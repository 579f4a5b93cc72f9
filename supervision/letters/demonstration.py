"""The letters of the demonstration: issued in March, signed by three counties; all invented, the same on every run."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.org.models import UnitKind
from chuangmo.org.queries import city_office_ids
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from supervision.letters.models import LetterVersion
from supervision.letters.services import draft_letters, issue_letter, sign_letter

__all__ = ["tell"]

SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
SIGNERS = ("张区长（演示）", "王县长（演示）", "陈县长（演示）")


def tell(plan: Plan) -> None:
    """Drafts for all, issued to counties and bureaus with people, three of them signed."""
    office = next(iter(who_may("accept", city_office_ids()).values()), [])
    if not office:
        return
    by = User.objects.get(pk=office[0])
    with moment(at(date(2017, 3, 6), 9)):
        made = draft_letters(by=by, plan=plan)
    reviewers = who_may("sign_off", [one.letter.unit_id for one in made])
    signers = list(SIGNERS)
    for one in made:
        if not reviewers[one.letter.unit_id]:
            continue
        with moment(at(date(2017, 3, 7), 10)):
            issued = issue_letter(by=by, version_id=one.pk, edit=0)
        if one.letter.unit.kind == UnitKind.COUNTY and signers:
            _sign(issued, User.objects.get(pk=reviewers[one.letter.unit_id][0]), signers.pop(0))


def _sign(one: LetterVersion, by: User, signer: str) -> None:
    upload = SimpleUploadedFile("签字页（演示）.pdf", SCAN + str(one.letter_id).encode(), "application/pdf")
    with moment(at(date(2017, 3, 14), 11)):
        sign_letter(by=by, version_id=one.pk, upload=upload, signer=signer, signed_on=date(2017, 3, 14))
