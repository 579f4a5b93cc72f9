"""What stands on a paper of an office: its number, its mark, its signature. Read from the registers."""

from __future__ import annotations

from dataclasses import dataclass

from chuangmo.org.models import Installation, Unit
from supervision.papers.models import Issuer, PaperKind
from supervision.papers.rules.numbers import number_text, place_of

__all__ = ["Letterhead", "document_number", "letterhead"]

# For a kind that nobody registered.
PLAIN_LETTERS, CITY_LETTERS = "创办", "水"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How an office stands at the head and the foot of one kind of paper."""

    mark: str
    name: str
    signature: str


def document_number(kind: str, office: Unit, year: int, number: int) -> str:
    """发文字号 of the paper: 水创督〔2017〕3号. Kept on the paper when it is issued (two queries)."""
    known = PaperKind.objects.filter(kind=kind).first()
    return number_text(_letters_of(office), known.letters if known else PLAIN_LETTERS, year, number)


def letterhead(kind: str, office: Unit) -> Letterhead:
    """Mark and signature of the office's papers of that kind. Up to three queries."""
    issuer = Issuer.objects.filter(office=office).first()
    known = PaperKind.objects.filter(kind=kind).first()
    name = issuer.name if issuer else _full_name(office)
    mark = (known.mark if known else "") or "{office}文件"
    return Letterhead(mark.replace("{office}", name), name, (issuer.signature if issuer else "") or name)


def _letters_of(office: Unit) -> str:
    issuer = Issuer.objects.filter(office=office).first()
    if issuer is not None:
        return issuer.letters
    return place_of(office.county.short_name) if office.county is not None else CITY_LETTERS


def _full_name(office: Unit) -> str:
    """A city's office is written with its city (市创模办 → 六盘水市创模办)."""
    city = Installation.current().city
    return f"{city}{office.name[1:]}" if office.name.startswith("市") else office.name
