"""File names that are safe on every machine that may open a package: Windows, Linux, macOS, and a disc.

Windows forbids some characters, names of devices and a dot at the end; Linux counts 255 bytes; marks of writing direction can
make “gpj.exe” of “exe.jpg”. Names are told apart without regard to case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["Names", "safe_name"]

MAX_BYTES = 200  # of a name with its ending: leaves room under 255 for “-2” and for what an archiver adds
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_SPACES = re.compile(r"\s+")
UNNAMED = "未命名"


def safe_name(name: str) -> str:
    """One name of a file or folder, never a path, never empty."""
    plain = unicodedata.normalize("NFC", name)
    plain = "".join(" " if one in "\t\n\r" else one for one in plain)
    plain = "".join(one for one in plain if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    plain = _SPACES.sub(" ", _FORBIDDEN.sub("_", plain)).strip(" .")
    stem, ending = _parted(plain)
    if _DEVICES.match(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    stem = _cut(stem, MAX_BYTES - len(ending)).rstrip(" .") or UNNAMED
    return stem + ending


class Names:
    """Gives each file a path of its own within one package; a second one of the same name gets “-2”."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_key(path) for path in taken}

    def give(self, folders: Iterable[str], name: str) -> str:
        """The path with “/” between its parts, each part safe."""
        folder = "/".join(safe_name(one) for one in folders)
        stem, ending = _parted(safe_name(name))
        count = 1
        while True:
            tail = "" if count == 1 else f"-{count}"
            path = "/".join(filter(None, (folder, f"{stem}{tail}{ending}")))
            if _key(path) not in self._taken:
                self._taken.add(_key(path))
                return path
            count += 1


def _key(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _parted(name: str) -> tuple[str, str]:
    found = _ENDING.search(name)
    return (name[: found.start()], found[0]) if found and found.start() else (name, "")


def _cut(text: str, size: int) -> str:
    """The beginning of the text that fits into so many bytes of UTF-8, no character halved."""
    return text.encode()[:size].decode(errors="ignore")
