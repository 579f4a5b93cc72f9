"""The mail server as a way out: one connection for a run, opened before the first message is claimed."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from chuangmo.access.models import User
from chuangmo.notices.models import Message
from chuangmo.notices.services.ways import ChannelFault, Refusal, Unsure
from chuangmo.org.models import Installation

__all__ = ["MailWay"]

_CLOSING = 421  # “service not available”: the server hangs up whatever the command


class MailWay:
    """Django's mail connection (settings EMAIL_*). ChannelFault where the server can't be reached or spoken to."""

    def __init__(self) -> None:
        self._prefix = f"【{Installation.current().title}】"
        self._host = urlsplit(settings.SITE_URL).hostname or "localhost"
        self._connection = get_connection(fail_silently=False)
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelFault(_said(error)) from error

    def send(self, message: Message, people: dict[int, User]) -> None:
        address = people[message.user_id].email if message.user_id in people else ""
        if not address:
            raise Refusal("收件人没有邮箱", for_good=True)
        mail = EmailMultiAlternatives(
            subject=f"{self._prefix}{message.title}",
            body=message.text,
            to=[address],
            connection=self._connection,
            # The same however often it is tried: a second copy is recognised as one.
            headers={
                "Message-ID": f"<message-{message.pk}@{self._host}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        self._hand_over(mail)

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):  # it was on its way out anyway
            self._connection.close()

    def _hand_over(self, mail: EmailMultiAlternatives) -> None:
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._refuse(code, text, error)
        except smtplib.SMTPSenderRefused as error:
            raise ChannelFault(_said(error)) from error
        except smtplib.SMTPResponseException as error:
            self._refuse(error.smtp_code, error.smtp_error, error)
        except (OSError, smtplib.SMTPException) as error:  # hung up, or silent, in the middle of it
            raise Unsure(_said(error)) from error
        except ValueError as error:  # an address that is none
            raise Refusal(str(error), for_good=True) from error

    def _refuse(self, code: int, text: Any, error: Exception) -> None:
        said = f"{code} {_plain(text)}"
        if code == _CLOSING:
            raise ChannelFault(said) from error
        raise Refusal(said, for_good=code >= 500) from error


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "邮件服务器没有应答（超时）"
    if isinstance(error, ConnectionRefusedError):
        return "邮件服务器拒绝连接"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "邮件服务器中断了连接"
    return f"{type(error).__name__}：{error}"


def _plain(text: Any) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
