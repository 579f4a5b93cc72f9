"""The fonts of papers: the register's rows, or what is usual where a row is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supervision.papers.models import Face, PaperFont

__all__ = ["USUAL", "FontChoice", "font_choices"]


@dataclass(frozen=True, slots=True)
class FontChoice:
    docx_name: str
    docx_fallback: str
    pdf_families: tuple[str, ...]
    pdf_bold: bool = False

    @property
    def css(self) -> str:
        """The families for a style sheet; quotes, braces and the like can't leave the string."""
        names = [name for family in self.pdf_families if (name := "".join(filter(_is_plain, family)).strip())]
        weight = "font-weight: 700" if self.pdf_bold else "font-weight: 400"
        families = ", ".join(f'"{name}"' for name in names)
        return f"font-family: {families}; {weight}"


def _is_plain(character: str) -> bool:
    return character.isalnum() or character in " -_."


SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
USUAL: Mapping[str, FontChoice] = {
    Face.SONG_TITLE: FontChoice("方正小标宋简体", "宋体", ("FZXiaoBiaoSong-B05S", SERIF), True),
    Face.FANGSONG: FontChoice("仿宋_GB2312", "仿宋", ("FangSong_GB2312", "FangSong", SERIF)),
    Face.HEI: FontChoice("黑体", "微软雅黑", ("SimHei", SANS)),
    Face.KAI: FontChoice("楷体_GB2312", "楷体", ("KaiTi_GB2312", "KaiTi", SERIF)),
    Face.SONG: FontChoice("宋体", "宋体", ("SimSun", SERIF)),
}


def font_choices() -> dict[str, FontChoice]:
    """By face. One query."""
    chosen = dict(USUAL)
    for row in PaperFont.objects.all():
        families = tuple(
            part.strip() for part in row.pdf_families.replace("，", ",").split(",") if part.strip()
        )
        chosen[row.face] = FontChoice(
            row.docx_name, row.docx_fallback, families or USUAL[row.face].pdf_families, row.pdf_bold
        )
    return chosen
