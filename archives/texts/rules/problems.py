"""What may stand between a file and its text, by code. Pure."""

from __future__ import annotations

ENCRYPTED, TRUNCATED, UNREADABLE, ZERO_PAGES, EMPTY = (
    "encrypted",
    "truncated",
    "unreadable",
    "zero_pages",
    "empty",
)
BOMB, LIMITS, PICTURE, NO_READER, MISSING = "bomb", "limits", "picture", "no_reader", "missing"

PROBLEMS = {
    ENCRYPTED: "有密码，打不开",
    TRUNCATED: "文件不完整（可能没有传完）",
    UNREADABLE: "打不开，内容已损坏",
    ZERO_PAGES: "没有一页内容",
    EMPTY: "没有文字（可能是扫描件）",
    BOMB: "解压后过大，不予读取",
    LIMITS: "读取超出时间或内存上限",
    PICTURE: "图片，没有文字",
    NO_READER: "这种格式不读取文字",
    MISSING: "存储中没有这个文件",
}
# With these the file itself is of no use as proof: nobody can open it.
UNUSABLE = frozenset({ENCRYPTED, TRUNCATED, UNREADABLE, ZERO_PAGES, BOMB, LIMITS, MISSING})
# Nothing is wrong, there is only no text to search for.
WORDLESS = frozenset({EMPTY, PICTURE, NO_READER})
