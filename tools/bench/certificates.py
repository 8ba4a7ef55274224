"""What a certificate costs when the render process is warm, in each kind of script."""

import time
from datetime import UTC, datetime
from statistics import median

from lms.render.pdf import CertificateFacts, certificate_pdf

SCRIPTS = {
    "Latin": ("en", "Amina Diallo", "Keeping your domain name", 45),
    "Cyrillic": ("ru", "Амина Диалло", "Как сохранить доменное имя", 45),
    "Arabic": ("ar", "أمينة ديالو", "الحفاظ على اسم نطاقك", 60),
    "Chinese": ("zh", "李美", "保住你的域名", 70),
}
"""Script → language, holder, course, and the bound in milliseconds."""
LARGEST = 25_000
"""Bytes of a certificate in Latin."""
TIMES = 9


def tell() -> None:
    """The median of some certificates that differ."""
    for script, (language, name, title, bound) in SCRIPTS.items():
        made = [_made(language, name, title, number) for number in range(TIMES + 2)][2:]
        spent, size = median(one[0] for one in made), made[0][1]
        also = f" (bound {LARGEST / 1000:.0f})" if script == "Latin" else ""
        print(
            f"a certificate, {script}: {spent:.0f} ms (bound {bound}), {size / 1000:.1f} kB{also}"
        )


def _made(language: str, name: str, title: str, number: int) -> tuple[float, int]:
    """CPU milliseconds and bytes."""
    facts = CertificateFacts(
        number=f"0000-0000-{number:04}",
        address=f"https://learn.example/c/00000000{number:04}",
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
        issuer="Not-for-Profit Operational Concerns Constituency (NPOC)",
        issued_at=datetime(2026, 11, 25, tzinfo=UTC),
        valid_until=None,
    )
    before = time.process_time()
    pdf = certificate_pdf(facts)
    return (time.process_time() - before) * 1000, len(pdf)
