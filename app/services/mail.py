"""Mail: one message to one recipient by SMTP, or as a file where no server is configured."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from config import Settings


def send(
    settings: Settings,
    *,
    to: str,
    subject: str,
    body: str,
    key: UUID,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send one plain-text mail; `key` makes the Message-ID, so that a repeat is known as one.

    What comes back goes to the bounce address with the key in it, where one is set.
    Raises smtplib.SMTPException or OSError when the server cannot take it; the job then tries again later.
    """
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    # A heading is one line, and so must not be what somebody's name could end it with.
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    domain = urlsplit(settings.base_url).hostname or "localhost"
    message["Message-ID"] = f"<{key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    if settings.smtp_url:
        _by_smtp(settings.smtp_url, message, bounce_address(settings, key))
    else:
        _as_file(settings.data_dir / "mail", message, key)


def bounce_address(settings: Settings, key: UUID) -> str | None:
    """The address that a mail which cannot be delivered comes back to: it says which mail it was."""
    name, at, domain = settings.bounce_address.rpartition("@")
    return f"{name}+{key}@{domain}" if at else None


def _by_smtp(url: str, message: EmailMessage, sender: str | None) -> None:
    server = urlsplit(url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=30) as connection:
        if server.username:
            if server.scheme == "smtp":
                connection.starttls()
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message, from_addr=sender)


def _as_file(folder: Path, message: EmailMessage, key: UUID) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.eml").write_bytes(message.as_bytes())
