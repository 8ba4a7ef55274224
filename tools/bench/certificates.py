"""What certificates cost in a warm render process: facts in, badge and signed PDF out."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lms.render.badge import BadgeFacts, Issuer
from lms.render.issuing import Issued, Order, issued
from lms.render.keys import Keys
from lms.render.pdf import CertificateFacts, certificate_pdf

SITE = "https://learn.example"
SCRIPTS = {
    "Latin": ("en", "Amina Diallo", "Keeping your domain name", 45),
    "Cyrillic": ("ru", "Амина Диалло", "Как сохранить доменное имя", 45),
    "Arabic": ("ar", "أمينة ديالو", "الحفاظ على اسم نطاقك", 60),
    "Chinese": ("zh", "李美", "保住你的域名", 70),
}
"""Script → language, holder, course, and the bound in milliseconds for a page alone."""
FAMILIES = {"Latin": "Aoki Bello Cruz Dubois Eze", "Chinese": "王 李 张 刘 陈"}
LARGEST = 25_000
"""Bytes of a page in Latin."""
SINGLE, BULK, AIM = 150, 20, 100
"""Milliseconds for one that is alone; certificates a CPU-second of many for one course."""
TIMES, MANY = 9, 60

_numbers = count()


def tell() -> None:
    """Pages alone; then all that is handed out: one of each kind, and many of one kind."""
    for script, (language, name, title, bound) in SCRIPTS.items():
        facts = _facts(language, name, title)
        spent, size = _median(lambda one: len(certificate_pdf(one)), _others(facts))
        also = f" (bound {LARGEST / 1000:.0f})" if script == "Latin" else ""
        print(
            f"a certificate, {script}: {spent:.0f} ms (bound {bound}), {size / 1000:.1f} kB{also}"
        )
    for script in FAMILIES:
        language, name, title, _bound = SCRIPTS[script]
        facts = _facts(language, name, title)
        spent, size = _median(lambda one: len(_made(one).page), _others(facts))
        limit = f" (bound {SINGLE})" if script == "Latin" else ""
        print(
            f"with badge and signature, alone, {script}: {spent:.0f} ms{limit}, {size / 1000:.1f} kB"
        )
        speed = _speed(facts, FAMILIES[script].split())
        print(f"  many of one course: {speed:.0f} in a CPU-second (bound {BULK}, aim {AIM})")


def _others(facts: CertificateFacts) -> Iterator[CertificateFacts]:
    """Each of another course, so that nothing is known of it from before."""
    for number in _numbers:
        yield replace(_numbered(facts), course_title=f"{facts.course_title} {number}")


def _numbered(facts: CertificateFacts) -> CertificateFacts:
    one = f"{next(_numbers):012}"
    shown = f"{one[:4]}-{one[4:8]}-{one[8:]}"
    return replace(facts, number=shown, address=f"{SITE}/c/{one}")


def _median(
    make: Callable[[CertificateFacts], int], facts: Iterator[CertificateFacts]
) -> tuple[float, int]:
    """CPU milliseconds and bytes, when it is warm."""
    spent, size = [], 0
    for _ in range(TIMES + 2):
        one = next(facts)
        before = time.process_time()
        size = make(one)
        spent.append((time.process_time() - before) * 1000)
    return median(spent[2:]), size


def _speed(facts: CertificateFacts, families: list[str]) -> float:
    """Certificates in a CPU-second, of people with different names."""
    people = [
        replace(_numbered(facts), holder_name=f"{facts.holder_name} {families[n % len(families)]}")
        for n in range(MANY)
    ]
    _made(people[0])
    before = time.process_time()
    for one in people:
        _made(one)
    return MANY / (time.process_time() - before)


def _made(facts: CertificateFacts) -> Issued:
    about = BadgeFacts(
        certificate=facts,
        issuer=Issuer(did="did:web:learn.example", name=facts.issuer, url=f"{SITE}/"),
        course_address=f"{SITE}/courses/keeping",
        criteria="Every lesson that the course asks for is done.",
        edition_number=3,
        edition_digest="5e" * 32,
        earned_at=facts.issued_at,
        status_list=f"{SITE}/badges/states/0",
        status_index=next(_numbers),
    )
    return issued(Order(facts=about, keys=KEYS))


def _facts(language: str, name: str, title: str) -> CertificateFacts:
    return CertificateFacts(
        number="",
        address="",
        site_name="NPOC Learn",
        holder_name=name,
        course_title=title,
        language=language,
        hours="6",
        percent=90,
        title="Certificate of completion",
        statement=f"has completed the course {title}",
        signatories=(("Tomás Rivera", "Trainer"), ("Lin Mei", "Chair")),
        partners=(),
        issuer="Not-for-Profit Operational Concerns Constituency",
        issued_at=datetime(2026, 11, 25, tzinfo=UTC),
        valid_until=None,
    )


def _keys() -> Keys:
    own = Ed25519PrivateKey.generate()
    return Keys(
        own=own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        host="learn.example",
    )


KEYS = _keys()
