"""ECharts in V8: one context a process, made when the first chart is drawn, used by one thread at a time.

A drawing that takes too long is stopped; one that takes too much memory ends the context, and the next gets a fresh one.
After a fork the child makes its own: threads and V8 do not survive one.
"""

from __future__ import annotations

import atexit
import os
from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings
from py_mini_racer import MiniRacer
from py_mini_racer._exc import JSOOMException, MiniRacerBaseException

__all__ = ["NotDrawn", "draw"]

SECONDS = 10.0  # a chart takes some hundredths; a machine under load some tenths
START_SECONDS = 60.0
MEMORY_BYTES = 256 * 1024 * 1024
_DRAW = Path(__file__).with_name("draw.js")


class NotDrawn(Exception):
    """ECharts refused the option, or took longer or more than it may."""


class _Engine:
    """The context of this process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.context: MiniRacer | None = None

    def draw(self, drawn: str) -> str:
        with self.lock:
            context = self.context or self._start()
            try:
                svg = context.eval(f"draw.apply(null, {drawn})", timeout_sec=SECONDS, max_memory=MEMORY_BYTES)
            except MiniRacerBaseException as error:
                if isinstance(error, JSOOMException):
                    self._stop()
                raise NotDrawn(str(error)[:500]) from error
        if not isinstance(svg, str):
            raise NotDrawn("no SVG came back")
        return svg

    def close(self) -> None:
        """V8 left running would keep the interpreter from ending."""
        with self.lock:
            self._stop()

    def _start(self) -> MiniRacer:
        # In a thread of its own: in one with a running event loop, V8 would be tied to that loop and block it.
        made: list[MiniRacer | BaseException] = []

        def make() -> None:
            try:
                context = MiniRacer()
                context.eval(
                    f"var self = this;\n{_library()}\n{_DRAW.read_text()}", timeout_sec=START_SECONDS
                )
                made.append(context)
            except BaseException as error:  # handed to the caller, who cannot see into the thread
                made.append(error)

        thread = Thread(target=make, name="charts-start")
        thread.start()
        thread.join()
        if isinstance(made[0], BaseException):
            raise NotDrawn(f"V8 did not start: {made[0]}") from made[0]
        self.context = made[0]
        return self.context

    def _stop(self) -> None:
        context, self.context = self.context, None
        if context is not None:
            context.close()


_engine = _Engine()


def draw(drawn: str) -> str:
    """SVG of `[option, width, height]` as JSON text. Raises NotDrawn."""
    return _engine.draw(drawn)


@lru_cache(maxsize=1)
def _library() -> str:
    return (settings.BASE_DIR / "static/vendor/echarts/echarts.min.js").read_text(encoding="utf-8")


def _forget() -> None:
    """In a child: the parent's context stays the parent's."""
    global _engine
    _engine.context = None
    _engine = _Engine()


def _close() -> None:
    _engine.close()


atexit.register(_close)
os.register_at_fork(after_in_child=_forget)
