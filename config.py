"""Every setting, read from the environment: its name, default and reason.

Only wsgi.py imports this; the rest of the application reads `current_app.config`.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_SECRET = "development: everybody knows this secret"  # noqa: S105  # refused in production


class SettingsError(SystemExit):
    """Ends the program with everything that is wrong and what to set, instead of a traceback."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n  ".join(["NPOC Learn cannot start:", *problems]))


def from_environment(env: Mapping[str, str] = os.environ) -> dict[str, object]:
    """The configuration of the Flask application.

    Holds every setting under its own name, and SQLALCHEMY_DATABASE_URI.
    An empty variable counts as not set. Raises SettingsError with all problems at once.
    """
    values: dict[str, object] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        try:
            values[setting.name] = setting.value(env, values)
        except ValueError as error:
            problems.append(f"{setting.name}: {error}")
            values[setting.name] = setting.default  # to go on and find the other problems
    if values.get("ENVIRONMENT") == "production":
        problems.extend(missing_in_production(env))
    if problems:
        raise SettingsError(problems)
    return {**values, "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"]}


@dataclass(frozen=True, kw_only=True)
class Setting:
    name: str
    default: str
    """May refer to a setting above it, as in {INSTANCE_FOLDER}. Empty means: none."""
    reason: str
    read: Callable[[str], object] = str
    """Text to value; its ValueError says what the value should be."""
    secret: bool = False
    """May also come from the file that NAME_FILE names, so that no process list shows it."""
    production: str = ""
    """What to set in production, where the default will not do."""

    def value(self, env: Mapping[str, str], earlier: Mapping[str, object]) -> object:
        text = self.text(env) or self.default.format_map(earlier)
        return self.read(text) if text else None

    def text(self, env: Mapping[str, str]) -> str:
        """What the environment says; empty when it says nothing."""
        file = env.get(f"{self.name}_FILE", "").strip() if self.secret else ""
        if not file:
            return env.get(self.name, "").strip()
        if env.get(self.name):
            raise ValueError(f"set it or {self.name}_FILE, not both")
        try:
            return Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise ValueError(f"{self.name}_FILE cannot be read: {error}") from None


def missing_in_production(env: Mapping[str, str]) -> Iterator[str]:
    for setting in SETTINGS:
        if not setting.production:
            continue
        try:
            text = setting.text(env)
        except ValueError:
            continue  # reported already
        if text in ("", setting.default):
            file = f" (or {setting.name}_FILE to a file with it)" if setting.secret else ""
            yield f"set {setting.name}{file} to {setting.production}"


# --- from text to value -------------------------------------------------------------------------


def one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"{text!r} is not one of {', '.join(names)}")
        return text

    return read


def number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise ValueError(f"{text!r} is not a whole number from {lowest} to {highest}")
        return int(text)

    return read


def address(*schemes: str, example: str) -> Callable[[str], str]:
    """An address with one of these schemes. Errors never repeat it: it may hold a password."""

    def read(text: str) -> str:
        wrong = ValueError(f"it must look like {example}")
        try:
            parts = urlsplit(text)
            _ = parts.port  # raises when it is no number
        except ValueError:
            raise wrong from None
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise wrong
        return text

    return read


def secret_key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("it must have at least 32 characters")
    return text


def metrics_token(text: str) -> str:
    if len(text) < 16:
        raise ValueError("it must have at least 16 characters")
    return text


def public_url(text: str) -> str:
    parts = urlsplit(address("http", "https", example="https://learn.example.org")(text))
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it must be scheme and host only, such as https://learn.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def proxies(text: str) -> int | tuple[IPv4Network | IPv6Network, ...]:
    """How many proxies stand before the server, or the networks they stand in."""
    if text.isascii() and text.isdigit():
        return number(0, 9)(text)
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        example = "a number, or addresses such as 10.0.0.7, 192.168.1.0/24"
        raise ValueError(f"{text!r} must be {example}") from None


def passphrase(text: str) -> str:
    """Whoever finds a backup may try as many as they like."""
    if len(text) < 12:
        raise ValueError("it must have at least 12 characters")
    return text


def database_url(text: str) -> str:
    """The address with the driver named that we ship."""
    example = "postgresql://user:password@host/name"
    schemes = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
    address(*schemes, example=example)(text)
    scheme, rest = text.split(":", 1)
    return text if scheme == "sqlite" else f"postgresql+psycopg:{rest}"


def folder(text: str) -> Path:
    """A folder; a relative one lies in the project, wherever the command was typed."""
    return ROOT / Path(text).expanduser()


def file(text: str) -> Path:
    """A file that is there; a relative one lies in the project."""
    found = folder(text)
    if not found.is_file():
        raise ValueError(f"there is no file {found}")
    return found


def yes_or_no(text: str) -> bool:
    """Also as the ENVIRONMENT: yes in production."""
    return one_of("yes", "no", "production", "development")(text) in {"yes", "production"}


def providers(text: str) -> tuple[dict[str, object], ...]:
    """A JSON list; errors never repeat it, for it holds secrets."""
    try:
        entries = json.loads(text)
    except ValueError:
        raise ValueError("it is not JSON") from None
    if not isinstance(entries, list):
        raise ValueError("it must be a list: [{…}, …]")
    read = tuple(provider(entry) for entry in entries)
    if len({entry["key"] for entry in read}) < len(read):
        raise ValueError("two providers have the same key")
    return read


def provider(entry: object) -> dict[str, object]:
    """One of OPENID_PROVIDERS, as README describes it."""
    if not isinstance(entry, dict):
        raise ValueError("each provider must be an object: {…}")
    texts = {name: value for name, value in entry.items() if name != "domains"}
    for name, value in texts.items():
        if name not in PROVIDER:
            raise ValueError(f"{name!r} is not one of {', '.join(sorted(PROVIDER))}")
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text")
    if file := texts.pop("client_secret_file", ""):
        try:
            texts["client_secret"] = Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise ValueError(f"client_secret_file cannot be read: {error}") from None
    for name in ("key", "name", "issuer", "client_id", "client_secret"):
        if not texts.get(name):
            raise ValueError(f"each provider needs {name}")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", texts["key"]):
        raise ValueError("key must be small letters, digits and hyphens: it stands in addresses")
    host = urlsplit(texts["issuer"])
    if host.scheme != "https" and host.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError("issuer must begin with https://")
    one_of("yes", "no", "amr")(texts.setdefault("second_step", "amr"))
    domains = entry.get("domains", [])
    if not isinstance(domains, list) or not all(isinstance(one, str) for one in domains):
        raise ValueError('domains must be a list such as ["ngo.example"]')
    return {**texts, "domains": tuple(one.lower() for one in domains)}


PROVIDER = {
    "key",
    "name",
    "issuer",
    "client_id",
    "client_secret",
    "client_secret_file",
    "domains",
    "organisation",
    "second_step",
}

# --- the settings -------------------------------------------------------------------------------

SETTINGS = (
    Setting(
        name="ENVIRONMENT",
        default="development",
        reason="production refuses the defaults that are safe on your own machine only",
        read=one_of("development", "production"),
    ),
    Setting(
        name="SECRET_KEY",
        default=DEVELOPMENT_SECRET,
        reason="signs cookies; whoever knows it can be anybody",
        read=secret_key,
        secret=True,
        production="at least 32 random characters, such as the output of: openssl rand -hex 32",
    ),
    Setting(
        name="HOST",
        default="127.0.0.1",
        reason="where the server listens; a proxy on the same machine needs no more",
    ),
    Setting(
        name="PORT",
        default="8000",
        reason="where the server listens",
        read=number(1, 65535),
    ),
    Setting(
        name="PUBLIC_URL",
        default="http://{HOST}:{PORT}",
        reason="begins every link in mails and the QR code on certificates; other hosts get 400",
        read=public_url,
        production="the address people type, such as https://learn.example.org",
    ),
    Setting(
        name="TRUSTED_PROXIES",
        default="0",
        reason="whose X-Forwarded-* headers count: how many proxies, or their addresses",
        read=proxies,
    ),
    Setting(
        name="INSTANCE_FOLDER",
        default="instance",
        reason="where this installation keeps its database, keys and files",
        read=folder,
    ),
    Setting(
        name="DATABASE_URL",
        default="sqlite:///{INSTANCE_FOLDER}/learn.sqlite",
        reason="PostgreSQL lets several machines share one database",
        read=database_url,
        secret=True,
    ),
    Setting(
        name="REDIS_URL",
        default="",
        reason="lets several machines share the bell that wakes workers and the rate limits",
        read=address("redis", "rediss", "unix", example="redis://:password@host:6379/0"),
        secret=True,
    ),
    Setting(
        name="FILES_URL",
        default="file://{INSTANCE_FOLDER}/files",
        reason="where certificates and pictures lie; a bucket lets several machines share them",
        read=address("file", "s3", example="file:///var/lib/learn or s3://bucket/folder"),
        secret=True,
    ),
    Setting(
        name="BACKUP_PASSPHRASE",
        default="",
        reason="encrypts the keys in backups; without it they are left out, and `lms backup` says so",
        read=passphrase,
        secret=True,
    ),
    Setting(
        name="PDF_CERTIFICATE",
        default="",
        reason="a bought certificate that signs PDFs, as PEM or PKCS#12; without one, our own signs",
        read=file,
    ),
    Setting(
        name="PDF_KEY",
        default="",
        reason="the key of PDF_CERTIFICATE, where that is not in the same file",
        read=file,
    ),
    Setting(
        name="PDF_PASSWORD",
        default="",
        reason="opens the key of PDF_CERTIFICATE",
        secret=True,
    ),
    Setting(
        name="TIME_STAMP_URL",
        default="",
        reason="a server of time stamps (RFC 3161), which proves when a PDF was signed",
        read=address("http", "https", example="http://timestamp.example.org"),
    ),
    Setting(
        name="MAIL_URL",
        default="",
        reason="the server that sends mail; without one, mails are only shown at /dev/mail",
        read=address("smtp", "smtps", example="smtps://user:password@host:465"),
        secret=True,
        production="your mail server, such as smtp://user:password@host:587?starttls=yes",
    ),
    Setting(
        name="MAIL_FROM",
        default="NPOC Learn <learn@npoc.example>",
        reason="the sender people see",
    ),
    Setting(
        name="SITE_NAME",
        default="NPOC Learn",
        reason="the name on every page and mail",
    ),
    Setting(
        name="UNCONFIRMED_DAYS",
        default="30",
        reason="accounts whose address nobody confirmed are deleted then: nobody knows whose they are",
        read=number(7, 3650),
    ),
    Setting(
        name="EXPORT_DAYS",
        default="7",
        reason="a copy of somebody's data can be fetched so long: it should not lie about for ever",
        read=number(1, 90),
    ),
    Setting(
        name="MAIL_DAYS",
        default="30",
        reason="who got which mail is forgotten then; until then it answers whether one was sent",
        read=number(1, 3650),
    ),
    Setting(
        name="SIGN_IN_DAYS",
        default="90",
        reason="sign-ins and mailed links are forgotten then; until then one can see a stranger's",
        read=number(30, 3650),
    ),
    Setting(
        name="REPORT_DAYS",
        default="365",
        reason="reports of mistakes that were settled lose their reporter then: nobody has to be asked",
        read=number(1, 3650),
    ),
    Setting(
        name="JOURNAL_DAYS",
        default="1095",
        reason="lines of the journal go then: three years show how a mark or certificate came about",
        read=number(30, 36500),
    ),
    Setting(
        name="INVITATION_DAYS",
        default="180",
        reason="addresses that partners invited to cohorts are forgotten then, with the invitations",
        read=number(1, 3650),
    ),
    Setting(
        name="INVITATIONS_PER_DAY",
        default="1000",
        reason="what one partner may have mailed in 24 hours; the rest of a list goes out on later days",
        read=number(1, 1_000_000),
    ),
    Setting(
        name="UPLOAD_MB_PER_DAY",
        default="200",
        reason="what one person may upload in 24 hours: nobody alone can fill the disk",
        read=number(1, 1_000_000),
    ),
    Setting(
        name="CHECK_LINKS",
        default="no",
        reason="yes lets the worker ask the sites that courses name whether their pages are still there",
        read=lambda text: one_of("yes", "no")(text) == "yes",
    ),
    Setting(
        name="STAFF_SECOND_STEP",
        default="{ENVIRONMENT}",
        reason="yes or no: whether roles, which can do much to others, need a second step; in production yes",
        read=yes_or_no,
    ),
    Setting(
        name="OPENID_PROVIDERS",
        default="",
        reason="lets people sign in at their organisation's own OpenID Connect provider; see below",
        read=providers,
        secret=True,
    ),
    Setting(
        name="WEB_WORKERS",
        default="1",
        reason="processes that answer; about one for each core",
        read=number(1, 256),
    ),
    Setting(
        name="WEB_THREADS",
        default="4",
        reason="requests that one process answers at a time: so many that read, and as many that write",
        read=number(1, 256),
    ),
    Setting(
        name="METRICS_TOKEN",
        default="",
        reason="lets Prometheus read /metrics with it as bearer token; without one nothing is counted",
        read=metrics_token,
        secret=True,
    ),
    Setting(
        name="LOG_LEVEL",
        default="info",
        reason="how much is written to the log",
        read=one_of("debug", "info", "warning", "error"),
    ),
)
