"""A real mail server on this machine, for tests that read what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config import Settings, settings, use_settings
from tools.serving import free_port


class Server:
    """A real SMTP server that keeps what it took, and answers RCPT or DATA with `says`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self.says: dict[str, str] = {}
        self.port = free_port()
        self._controller: Controller | None = None

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.says:
            return self.says["DATA"]
        mail = message_from_bytes(
            (envelope.original_content or b"").replace(b"\r\n", b"\n"), policy=policy.default
        )
        assert envelope.rcpt_tos == [mail["To"]]
        self.mails.append(mail)
        self.senders.append(envelope.mail_from or "")
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@contextmanager
def mail_server(**values: object) -> Iterator[Server]:
    """Run one and let this process mail by it, with these settings besides."""
    made = Server()
    smtp_url = f"smtp://127.0.0.1:{made.port}"
    use_settings(Settings(**{**settings().model_dump(), "smtp_url": smtp_url, **values}))
    made.start()
    yield made
    made.stop()
