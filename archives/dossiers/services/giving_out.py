"""The dossier's three files under their verification codes: PDF/A, workbook, package (`archives.books`)."""

from __future__ import annotations

from django.db import transaction

from archives.books.services import editions
from archives.books.services.editions import Codes, Edition
from archives.dossiers.models import Dossier
from archives.dossiers.rights import may_make
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of

__all__ = ["give_out", "issuer_of", "reserved"]


def issuer_of(dossier: Dossier) -> User | None:
    """Whoever ordered it, as long as they belong to the office; else the office itself."""
    by = dossier.requested_by
    return by if may_make(rights_of(by)) else None


@transaction.atomic
def reserved(dossier: Dossier, title: str) -> Codes:
    """The codes that are printed in the files: the same however often binding is begun."""
    held = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("issued", "issued_workbook", "issued_package")
        .get(pk=dossier.pk)
    )
    if held.issued and held.issued_workbook and held.issued_package:
        return Codes(held.issued, held.issued_workbook, held.issued_package)
    codes = editions.reserve(title=title, by=issuer_of(dossier))
    Dossier.objects.filter(pk=dossier.pk).update(
        issued=codes.dossier, issued_workbook=codes.workbook, issued_package=codes.package
    )
    return codes


def give_out(dossier: Dossier, codes: Codes, edition: Edition) -> None:
    """Tell the codes' pages the digests of the finished files, in the transaction that publishes them."""
    editions.publish_edition(codes=codes, edition=edition, by=issuer_of(dossier))
