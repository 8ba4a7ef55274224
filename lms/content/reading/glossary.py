"""The glossary and the wording of the certificate."""

import re
from collections.abc import Mapping

from lms.content.outline import (
    AwardKind,
    CertificateText,
    CertificateWords,
    Signatory,
    TermText,
    TermWords,
)
from lms.content.reading import settings
from lms.content.reading.sections import NO_ID
from lms.content.source import Source, take_attributes, text_of
from lms.content.values import wait

LONG_FORM = re.compile(r"^(.*?)\s*[(（]([^()（）]+)[)）]$")


def read_glossary(
    source: Source | None, translations: Mapping[str, Source], language: str
) -> dict[str, TermText]:
    """Entries by id, in the order of the file."""
    if source is None:
        return {}
    settings.check_names(source, settings.GLOSSARY)
    entries = _entries(source, language)
    others = {}
    for code, file in translations.items():
        settings.check_names(file, settings.GLOSSARY)
        others[code] = _entries(file, code)
        for name in others[code].keys() - entries.keys():
            hint = settings.did_you_mean(name, entries)
            file.report.error(1, f"#{name} is not in the original{hint}")
    return {
        name: TermText(
            name,
            {language: words, **{c: found[name] for c, found in others.items() if name in found}},
            language,
        )
        for name, words in entries.items()
    }


def _entries(source: Source, language: str) -> dict[str, TermWords]:
    entries: dict[str, TermWords] = {}
    for n, line in enumerate(source.lines):
        if not line.text.startswith((":", "：")) or line.code:
            continue
        above = source.lines[n - 1] if n else None
        if above is None or not above.text.strip():
            source.report.error(
                line.number, "a meaning stands below its term. Write the term above it"
            )
            continue
        head, attributes = take_attributes(above.text)
        name = attributes.get("#", "")
        if not name:
            source.report.error(above.number, NO_ID.format(thing="entry"))
        elif name in entries:
            source.report.error(above.number, f"#{name} stands already in this glossary")
        else:
            found = LONG_FORM.match(head)
            term, long_form = (found[1], found[2]) if found else (head, "")
            entries[name] = TermWords(language, term, long_form, _meaning(source, n))
    return entries


def _meaning(source: Source, start: int) -> str:
    """The text behind the colon, with its indented lines."""
    rows = [source.lines[start].text[1:].strip()]
    for line in source.lines[start + 1 :]:
        if not line.text.startswith((" ", "\t")):
            break
        rows.append(line.text.strip())
    return "\n".join(rows)


def read_certificate(
    source: Source | None, translations: Mapping[str, Source], language: str, award: AwardKind
) -> CertificateText:
    """Its wording in each language; without a file the platform's own wording is used."""
    if source is None:
        return CertificateText(language, award=award)
    words: dict[str, CertificateWords] = {}
    for code, file in {language: source, **translations}.items():
        settings.check_names(file, settings.CERTIFICATE)
        words[code] = CertificateWords(
            language=code,
            title=settings.text(file, "title"),
            statement=text_of(file.lines),
            signatories=_signatories(file) or (words[language].signatories if words else ()),
        )
    return CertificateText(language, words, settings.get(source, "valid", wait, None), award)


def _signatories(source: Source) -> tuple[Signatory, ...]:
    """``Amina Diallo, Programme lead; Carlos Rivera, Trainer``."""
    people = []
    for part in re.split("[;؛；]", settings.text(source, "signed_by")):
        name, _comma, role = re.sub("[،，]", ",", part).partition(",")
        if name.strip():
            people.append(Signatory(name.strip(), role.strip()))
    return tuple(people)
