from ipaddress import ip_network
from pathlib import Path

import pytest

from lms import create_app
from lms.web.headers import TrustedProxies
from tests.conftest import Browser, dispose, settings


def test_every_page_forbids_inline_script_and_framing(visitor: Browser) -> None:
    policy = visitor.get("/en/sign-in").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def address_seen(proxies: object, peer: str) -> str:
    """The reader's address as the application sees it behind these proxies."""
    seen: list[str] = []

    def application(environ: dict[str, str], _start: object) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    TrustedProxies(application, proxies)(environ, None)
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "peer", "seen"),
    [
        (0, "10.0.0.7", "10.0.0.7"),
        (1, "10.0.0.7", "203.0.113.9"),
        ((ip_network("10.0.0.0/8"),), "10.0.0.7", "203.0.113.9"),
        ((ip_network("10.0.0.0/8"),), "192.0.2.1", "192.0.2.1"),
        ((ip_network("10.0.0.0/8"),), "", ""),
    ],
)
def test_forwarded_addresses_count_only_from_trusted_proxies(
    proxies: object, peer: str, seen: str
) -> None:
    assert address_seen(proxies, peer) == seen


def test_production_answers_to_its_public_host_only(tmp_path: Path, database_url: str) -> None:
    app = create_app(
        {
            **settings(tmp_path, database_url),
            "ENVIRONMENT": "production",
            "PUBLIC_URL": "https://learn.npoc.example",
        }
    )

    client = app.test_client()
    own = client.get("/en/sign-in", headers={"Host": "learn.npoc.example"})
    other = client.get("/en/sign-in", headers={"Host": "127.0.0.1"})
    assert (own.status_code, other.status_code) == (200, 400)
    with app.app_context():
        dispose()
