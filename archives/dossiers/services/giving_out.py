"""A finished dossier under its verification code."""

from __future__ import annotations

from archives.dossiers.models import Dossier
from chuangmo.files.models import StoredFile

__all__ = ["give_out", "reserve"]


def reserve(dossier: Dossier) -> str:
    """The code that is printed on the dossier's second page; the same one however often binding is begun."""
    return dossier.code


def give_out(dossier: Dossier, file: StoredFile) -> None:
    """Tell the code's page the digest of the finished file, in the transaction that publishes it."""
