"""Real servers to send to: an SMTP sink, robots' hosts, and some that misbehave."""

from __future__ import annotations

import json
import socket
import threading
import time as clock_time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class Sink:
    """Takes every mail, but for addresses in `refusals` (address → what the server answers)."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def mail_goes_to(settings) -> Callable[[int], None]:
    """`mail_goes_to(port)`: mail is on, and its server listens (or not) on that port of this machine."""

    def point(port: int) -> None:
        settings.MAIL_ENABLED = True
        settings.EMAIL_BACKEND = SMTP_BACKEND
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_TIMEOUT = 1
        settings.SITE_URL = "https://chuangmo.example"

    return point


@pytest.fixture
def mails(mail_goes_to) -> Iterator[Sink]:
    """A mail server that works."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    controller.start()
    mail_goes_to(controller.port)
    yield sink
    controller.stop()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that lets one connect and then never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def hanging_mail_server() -> Iterator[int]:
    """A mail server that greets, takes a mail, and then neither confirms nor hangs up."""
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rwb") as line:
            line.write(b"220 ready\r\n")
            line.flush()
            for command in line:
                if command.upper().startswith(b"DATA"):
                    line.write(b"354 go on\r\n")
                    line.flush()
                    stop.wait(20)
                    return
                line.write(b"250 OK\r\n")
                line.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    stop.set()
    server.close()
    thread.join(5)


class RobotHost:
    """The host of robots: keeps what was posted, and answers `answer` with `status`, after `delay` seconds."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, list[str]], dict[str, Any]]] = []
        self.answer: bytes = b'{"errcode": 0, "errmsg": "ok"}'
        self.status = 200
        self.delay = 0.0
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                parts = urlsplit(self.path)
                host.posts.append((parts.path, parse_qs(parts.query), json.loads(body)))
                clock_time.sleep(host.delay)
                self.send_response(host.status)
                self.end_headers()
                self.wfile.write(host.answer)

            def log_message(self, *args: Any) -> None:
                """Not on the screen."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.netloc = f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def robot_host(settings) -> Iterator[RobotHost]:
    host = RobotHost()
    thread = threading.Thread(target=host.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.ROBOT_HOSTS = [host.netloc]
    settings.SITE_URL = "https://chuangmo.example"
    yield host
    host.server.shutdown()
    host.server.server_close()
    thread.join(5)


@pytest.fixture
def templates(db) -> None:
    """The texts that the installation comes with."""
    from django.core.management import call_command

    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)
