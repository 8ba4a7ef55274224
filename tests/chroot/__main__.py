"""Walks "Run it for real", command by command as README.md says, and looks whether each promise holds."""

import re
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import quote

from tests.chroot.machine import Failed, Machine, Manager, bare_debian, leave_the_network
from tests.servers import PASSWORD, USER, Post, make_certificate, smtp_server

ROOT = Path(__file__).parent.parent.parent
HOST, OTHER = "learn.example.org", "other.example.org"
SETTINGS = "/etc/npoc-learn/environment"
CLIENTS = 4
BEGAN = time.monotonic()
NEWER = """\
revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None


def upgrade():
    import sqlalchemy as sa
    from alembic import op

    op.create_table("of_release_two", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    raise NotImplementedError
"""
IN_THE_BROWSER = """\
import wsgi
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import catalogue, publishing
from lms.domain.permissions import System
from lms.models import Origin

with wsgi.app.app_context():
    begin_writing()
    tree = catalogue.tree_of(catalogue.current_edition(catalogue.find_course({slug!r})))
    changed = {{path: tree[path] for path in tree.paths}}
    changed["course.md"] += b"\\nWritten in the browser.\\n"
    publishing.publish_tree(System(), {slug!r}, CourseTree.of(changed), origin=Origin.STUDIO)
    db.session.commit()
"""


def say(text: str) -> None:
    """With the seconds since the beginning."""
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def blocks() -> list[list[str]]:
    """The commands of "Run it for real", by block."""
    text = (ROOT / "README.md").read_text("utf-8")
    part = text.split("\n## Run it for real\n")[1].split("\n## ")[0]
    found = re.findall(r"(?:^    .+\n)+", part, re.MULTILINE)
    return [[line.strip() for line in block.splitlines()] for block in found]


def walk(machine: Machine) -> None:
    """All of it."""
    debian, code, settings, installation, https, newer, back = blocks()
    obey(machine, debian)
    machine.run("apt-get install -y --no-install-recommends systemd caddy libcap2-bin iproute2")
    copy_code(machine, 1)
    obey(machine, code)
    make_second_release(machine)
    obey(machine, newer[:1])
    leave_the_network()
    say("no network from here on")
    certificate = trust_ourselves(machine)
    obey(machine, settings)
    manager = Manager(machine)
    try:
        with smtp_server(certificate=certificate, sign_in=True) as post:
            fill_in(machine, post)
            obey(machine, installation)
            obey(machine, https[:-1])
            wait_until(lambda: ready(machine, https[-1]))
            say(machine.run(https[-1]).replace("\n", ", "))
            look_at_mail(machine, post)
        look_from_outside(machine)
        hand_over(machine)
        upgrade(machine, newer[1:])
        go_back(machine, back)
        behind_caddy(machine)
        look_into_the_log(machine)
    finally:
        manager.end()
    say("all of it works")


def obey(machine: Machine, commands: list[str]) -> str:
    """One after the other."""
    said = ""
    for command in commands:
        said += machine.run(command)
        say(f"# {command}")
    return said


def check(what: str, *, holds: bool) -> None:
    """Say it, or end."""
    if not holds:
        raise Failed(f"NOT: {what}")
    say(f"  {what}")


# --- before ---------------------------------------------------------------------------------------


def copy_code(machine: Machine, number: int) -> Path:
    """What is committed, as somebody who clones it has it."""
    folder = machine.path(f"/opt/npoc-learn/{number}")
    folder.mkdir(parents=True)
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


def make_second_release(machine: Machine) -> None:
    """Another step of the database, another word on a page, other shipped courses."""
    folder = copy_code(machine, 2)
    steps = folder / "migrations/versions"
    newest = max(file.name[:4] for file in steps.glob("[0-9]*.py"))
    (steps / "9999_release_two.py").write_text(NEWER.format(before=newest))
    site = folder / "lms/web/site.py"
    site.write_text(site.read_text().replace('"User-agent: *"', '"# release 2", "User-agent: *"'))
    for course in folder.glob("courses/*/course.md"):
        course.write_text(course.read_text("utf-8") + "\nOf release 2.\n", "utf-8")


def trust_ourselves(machine: Machine) -> Path:
    """A certificate of our own for the site and the mail server, and names that lead here."""
    folder = machine.path("/root")
    certificate = make_certificate(folder, HOST)
    key, _, rest = certificate.read_text().partition("-----BEGIN CERTIFICATE")
    live = machine.path(f"/etc/letsencrypt/live/{HOST}")
    live.mkdir(parents=True)
    (live / "privkey.pem").write_text(key)
    (live / "fullchain.pem").write_text(f"-----BEGIN CERTIFICATE{rest}")
    machine.run(
        f"cat /etc/letsencrypt/live/{HOST}/fullchain.pem >> /etc/ssl/certs/ca-certificates.crt"
    )
    machine.run(f"echo '127.0.0.1 localhost {HOST} {OTHER}' > /etc/hosts")
    return certificate


def fill_in(machine: Machine, post: Post) -> None:
    """What the operator types into the settings."""
    file = machine.path(SETTINGS)
    address = f"smtp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{post.port}?starttls=yes"
    text = re.sub(r"(?m)^MAIL_URL=.*$", f"MAIL_URL='{address}'", file.read_text())
    file.write_text(text.replace("METRICS_TOKEN=''", "METRICS_TOKEN='sixteen characters'"))
    check("secrets are made, and only the service may read them", holds="KEY=''" not in text)
    check("the settings are not for everybody", holds=file.stat().st_mode & 0o777 == 0o640)


# --- what is looked at ----------------------------------------------------------------------------


def ready(machine: Machine, command: str) -> bool:
    """Whether all four parts are well."""
    return machine.run(f"{command} || true").count(": ok\n") == 4


def wait_until(holds: Callable[[], object], seconds: float = 120) -> None:
    """Look again and again."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Failed("waited in vain")
        time.sleep(0.3)


def status(machine: Machine, *options: str) -> str:
    """What curl gets."""
    return machine.run(f"curl -s -o /dev/null -w '%{{http_code}}' {' '.join(options)}")


def look_at_mail(machine: Machine, post: Post) -> None:
    """The administrator's link came encrypted, and signs in."""
    wait_until(lambda: post.messages)
    check(
        "the mail server was signed in to, over STARTTLS",
        holds=(post.encrypted, post.signed_in) == ([True], [True]),
    )
    check("the mail is for the administrator", holds=post.recipients == [["you@example.org"]])
    text = post.messages[0].get_content()
    link = re.search(rf"https://{HOST}/\S+", text)
    assert link is not None
    check("its link opens", holds=status(machine, link[0]) == "200")
    cookie = machine.run(f"curl -s -i -X POST -H 'Sec-Fetch-Site: same-origin' -d '' {link[0]}")
    check(
        "and signs in, with a cookie for this host only",
        holds="__Host-session=" in cookie and "Secure" in cookie,
    )


def look_from_outside(machine: Machine) -> None:
    """Hosts, forwarded headers, sizes, numbers."""
    page = f"https://{HOST}/en/"
    inside = f"http://127.0.0.1:8000/en/ -H 'Host: {HOST}'"
    forged = "-H 'X-Forwarded-Host: evil.example'"
    check("http leads to https", holds="301" in status(machine, f"http://{HOST}/en/"))
    check("a page comes", holds=status(machine, page) == "200")
    check("another host gets 400", holds=status(machine, page, f"-H 'Host: {OTHER}'") == "400")
    check("what a visitor forges, the proxy replaces", holds=status(machine, page, forged) == "200")
    check(
        "who is no proxy is not believed",
        holds=status(machine, inside, forged, "--interface 127.0.0.2") == "200",
    )
    check("the proxy is believed", holds=status(machine, inside, forged) == "400")
    machine.run("head -c 66000000 /dev/zero > /root/large; head -c 9000000 /dev/zero > /root/big")
    post = f"https://{HOST}/en/sign-in -H 'Sec-Fetch-Site: same-origin' -H 'Expect:' --data-binary"
    said = machine.run(f"curl -s {post} @/root/big")
    check("what is too large is refused in our words", holds="What you sent is too large" in said)
    check(
        "what no page takes ends at the proxy", holds=status(machine, post, "@/root/large") == "413"
    )
    answer = machine.run(f"curl -s -i {page}")
    number = re.search(r"(?i)x-request-id: (\S+)", answer)
    log = machine.path("/var/log/nginx/npoc-learn.access.log").read_text()
    check("the number of a request is in both logs", holds=number is not None and number[1] in log)
    check("browsers stay on https", holds="max-age=31536000" in answer)
    token = "-H 'Authorization: Bearer sixteen characters'"
    metrics = machine.run(f"curl -s https://{HOST}/metrics {token}")
    check(
        "metrics come with the token", holds='lms_requests_total{route="learn.catalogue"' in metrics
    )
    check("and only with it", holds=status(machine, f"https://{HOST}/metrics") == "401")
    machine.run("systemctl start npoc-learn-backup.service")
    found = machine.run("ls -l /var/lib/npoc-learn/backups").strip().splitlines()[-1]
    check(f"the backup's unit makes one: {found}", holds=found.startswith("-rw-------"))


# --- under load -----------------------------------------------------------------------------------


@contextmanager
def visitors(machine: Machine) -> Iterator[list[str]]:
    """So many people who ask all the time, until the block ends; then: none of them got an error."""
    context = ssl.create_default_context(
        cafile=str(machine.path(f"/etc/letsencrypt/live/{HOST}/fullchain.pem"))
    )
    done, failed, answers, slowest = threading.Event(), [], [0] * CLIENTS, [0.0] * CLIENTS

    def ask(number: int) -> None:
        while not done.is_set():
            began = time.monotonic()
            connection = HTTPSConnection(HOST, 443, timeout=60, context=context)
            connection._create_connection = lambda _a, *rest: plain("127.0.0.1", rest)  # type: ignore[attr-defined]
            try:
                connection.request("GET", ("/en/", "/robots.txt")[answers[number] % 2])
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failed.append(str(answer.status))
            except (OSError, HTTPException) as error:
                failed.append(repr(error))
            finally:
                connection.close()
            answers[number] += 1
            slowest[number] = max(slowest[number], time.monotonic() - began)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield failed
    finally:
        done.set()
        for thread in threads:
            thread.join()
    check(
        f"{sum(answers)} requests, {len(failed)} failed, the slowest took {max(slowest):.1f} s",
        holds=not failed,
    )


def plain(address: str, rest: tuple[object, ...]) -> object:
    """A connection to this machine, whatever name was asked for."""
    import socket

    return socket.create_connection((address, 443), rest[0])  # type: ignore[arg-type]


def web_processes(machine: Machine) -> set[int]:
    """Those that run `lms serve` in the machine."""
    return machine.processes("lms.cli serve")


def hand_over(machine: Machine) -> None:
    """Reloads and a restart, while people ask."""
    with visitors(machine):
        for _time in range(3):
            reload(machine)
    with visitors(machine):
        machine.run("systemctl restart npoc-learn")
        say("  restarted")
        time.sleep(5)


def reload(machine: Machine) -> None:
    """Until none but new processes answer; that of the service itself stays."""
    before = web_processes(machine)
    machine.run("systemctl reload npoc-learn")
    wait_until(lambda: len(web_processes(machine) & before) == 1 < len(web_processes(machine)))
    say("  reloaded: other processes answer")


def release(machine: Machine) -> int:
    """Which one answers."""
    return 2 if "# release 2" in machine.run(f"curl -s https://{HOST}/robots.txt") else 1


def upgrade(machine: Machine, commands: list[str]) -> None:
    """To the second release, while people ask; a course was changed in the browser before."""
    slug = min(file.parent.name for file in (ROOT / "courses").glob("*/course.md"))
    machine.path("/root/browser.py").write_text(IN_THE_BROWSER.format(slug=slug))
    machine.run(
        f"set -a; . {SETTINGS}; set +a; cd /opt/npoc-learn/current; PYTHONPATH=. setpriv --reuid npoc-learn "
        "--regid npoc-learn --init-groups .venv/bin/python - < /root/browser.py"
    )
    machine.run("npoc-learn people add Early early@example.org --send-link")
    with visitors(machine):
        said = obey(machine, commands)
        wait_until(lambda: release(machine) == 2)
        say("  the new release answers")
        time.sleep(3)
    check(
        "what differs is printed",
        holds=f"{slug} was changed in the browser" in said and "course.md" in said,
    )
    check("where the backup lies is printed", holds="To go back, restore this" in said)
    wait_until(lambda: ready(machine, f"curl -sS https://{HOST}/ready"))
    check("everything works", holds=True)
    machine.run("npoc-learn people add Late late@example.org --send-link")


def go_back(machine: Machine, commands: list[str]) -> None:
    """To the first release and what was there then."""
    obey(machine, commands)
    wait_until(lambda: ready(machine, f"curl -sS https://{HOST}/ready"))
    check("the release of before answers, and everything works", holds=release(machine) == 1)
    again = "npoc-learn people add Somebody {}@example.org --send-link"
    said = machine.run(again.format("early"), fails=True)
    check(f"who was there is there: {said.strip().splitlines()[-1]}", holds=True)
    machine.run(again.format("late"))
    check("who came later is not", holds=True)


def behind_caddy(machine: Machine) -> None:
    """The other proxy, with our own certificate, for there is no authority here."""
    machine.run("systemctl stop nginx")
    site = machine.path("/opt/npoc-learn/current/deploy/Caddyfile").read_text()
    live = f"/etc/letsencrypt/live/{HOST}"
    with_ours = site.replace(
        f"{HOST} {{\n", f"{HOST} {{\n\ttls {live}/fullchain.pem {live}/privkey.pem\n", 1
    )
    machine.path("/etc/caddy/Caddyfile").write_text(with_ours)
    machine.run("systemctl start caddy")
    page = f"https://{HOST}/en/"
    wait_until(
        lambda: machine.run(f"curl -s -o /dev/null -w '%{{http_code}}' {page} || true") == "200"
    )
    forged = "-H 'X-Forwarded-Host: evil.example'"
    check("Caddy: a page comes", holds=True)
    check(
        "Caddy: another host gets 400", holds=status(machine, page, f"-H 'Host: {OTHER}'") == "400"
    )
    check("Caddy: what a visitor forges is replaced", holds=status(machine, page, forged) == "200")
    check("Caddy: http leads to https", holds=status(machine, f"http://{HOST}/en/") == "308")
    with visitors(machine):
        reload(machine)


def look_into_the_log(machine: Machine) -> None:
    """Every line of ours is JSON, and none holds a secret."""
    text = machine.path("/var/log/journal.log").read_text()
    ours = [line for line in text.splitlines() if line.startswith('{"at"')]
    secrets = re.findall(
        r"(?m)^(?:SECRET_KEY|BACKUP_PASSPHRASE)='(.+)'", machine.path(SETTINGS).read_text()
    )
    leaks = [secret for secret in (*secrets, "sixteen characters", PASSWORD) if secret in text]
    check(
        f"{len(ours)} lines of JSON in the log, no secret in it",
        holds=bool(ours) and len(secrets) == 2 and not leaks,
    )


if __name__ == "__main__":
    with bare_debian() as machine:
        try:
            walk(machine)
        except Failed as error:
            log = machine.path("/var/log/journal.log")
            print(error, log.read_text()[-4000:] if log.exists() else "", sep="\n", flush=True)
            sys.exit(1)
