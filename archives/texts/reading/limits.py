"""What the reading process may use; set before it opens the file."""

from __future__ import annotations

import resource
import sys
from typing import Any

MEMORY, PROCESSOR_SECONDS, OPEN_FILES = 1024 * 1024 * 1024, 60, 64
_REFUSED = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "urllib.Request",
    "os.system",
)


def confine() -> None:
    """Bounded memory and processor time, no files written, no core left, no word to the network."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(kind, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED or event == "subprocess.Popen":
        raise PermissionError(f"reading a file needs no {event}")
