"""A real server with its worker, a real mail server, a real browser."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from pathlib import Path
from urllib.error import URLError
from weakref import WeakKeyDictionary

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.postgres import free_port

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
PATIENCE = 60
"""Seconds to wait for a process on a busy machine."""


class Mailbox:
    """What the mail server received; ``link(address)`` waits for the newest link to somebody.

    ``link(address, "mails")``: for one that leads below ``/en/mails/``.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; aiosmtpd calls this by its name."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = BytesParser(policy=SMTPUTF8).parsebytes(content)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    def link(self, address: str, place: str = "links") -> str:
        """The link in the newest mail to this address that has such a one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for mail in reversed(self.mails):
                if address in str(mail["To"]):
                    found = re.search(rf"https?://\S+/{place}/\S+", mail.get_content())
                    if found:
                        return found.group()
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address}")


@dataclass
class Site:
    """A running installation."""

    url: str
    mailbox: Mailbox
    folder: Path
    pages: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`lms serve --prepare` on an empty folder, sending mail to a server of ours."""
    folder = tmp_path_factory.mktemp("site")
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    port = free_port()
    environment = {  # whether its lines are reached, faster tests tell
        **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
        "INSTANCE_FOLDER": str(folder),
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",  # passkeys need a name
        "MAIL_URL": f"smtp://127.0.0.1:{controller.port}",
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "lms.cli", "serve", "--prepare"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, folder / "log")
        yield Site(f"http://localhost:{port}", mailbox, folder)
    finally:
        server.terminate()
        server.wait(30)
        controller.stop()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers; its log when it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def open_page(
    chromium: Browser, *, width: int, language: str, javascript: bool = True, dark: bool = False
) -> Page:
    """A browser of its own: nothing is remembered from another test."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        locale=language,
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("console", refuse_policy_violation)
    if not javascript:
        switch_scripts(page, on=False)
    return page


SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def switch_scripts(page: Page, *, on: bool) -> None:
    """Whether the page may run scripts. axe is one, so it needs them for a moment; the page's own
    scripts, not run when it was loaded, do not run later."""
    if page not in SESSIONS:  # each session would have a switch of its own
        SESSIONS[page] = page.context.new_cdp_session(page)
    SESSIONS[page].send("Emulation.setScriptExecutionDisabled", {"value": not on})


def refuse_policy_violation(message: object) -> None:
    """A page that breaks its own Content-Security-Policy is broken."""
    text = getattr(message, "text", "")
    assert "Content Security Policy" not in text, text


def check_accessibility(page: Page) -> None:
    """axe finds nothing."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
