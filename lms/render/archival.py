"""What makes a PDF one for archives and for readers of all kinds: PDF/A-3a and PDF/UA-1 in one file.

WeasyPrint makes either. The other's mark is added here, with what describes it, and a field in which
a signature can stand: a signed file must be as tagged as it was before.
"""

import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import pydyf

ALSO_UA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
"""PDF/A wants every property described that it does not know itself."""
PRINTED, LOCKED = 4, 128
"""What an annotation is, as a PDF says it."""


COLOURS = "screen"
"""The name by which a page calls its colours."""


class Colours:
    """What red is, for a page that is read in fifty years: the profile that WeasyPrint brings along.

    It would read it anew for each page, and write it with the time of the day in it.
    """

    name = "sRGB2014"
    components = ("r", "g", "b")
    pdf_reference: bytes | None = None

    def __init__(self) -> None:
        self.content = files("weasyprint.pdf").joinpath(f"{self.name}.icc").read_bytes()


@cache
def colours() -> Mapping[str, Colours]:
    """By the name that a page calls them."""
    return {COLOURS: Colours()}


class Raw(pydyf.Object):  # type: ignore[misc]
    """An object that stands in the file as it is, and can be found there."""

    compressible = False
    data = b""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data


def archive(pdf: Any, field: str, signature: bytes | None) -> None:
    """Add what the other kind asks for, and the field of this name; empty without a signature."""
    for made in pdf.objects:
        if isinstance(made, pydyf.Stream):
            _squeeze(made)
    _add_field(pdf, field, signature)


def _squeeze(stream: Any) -> None:
    """Each once: pydyf would do it twice. Readers of metadata want to find it as it is."""
    content = (
        pydyf.Stream(stream.stream).data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    )
    if stream.extra.get("Type") == "/Metadata":
        content = content.replace(b"</rdf:RDF>", ALSO_UA)
    elif stream.compress:
        content = _squeezed(content)
        stream.extra["Filter"] = "/FlateDecode"
    stream.stream, stream.compress = [content], False


@lru_cache(maxsize=64)
def _squeezed(content: bytes) -> bytes:
    """Colours and fonts are the same in many files."""
    return zlib.compress(content, 9)


def _add_field(pdf: Any, name: str, signature: bytes | None) -> None:
    """It is nowhere to be seen, but a form for who has the page read aloud."""
    page = pdf.objects[pdf.pages["Kids"][0]]
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    document, numbers = _at(pdf, root["K"][0]), _at(pdf, root["ParentTree"])["Nums"]
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(name),
            "F": PRINTED | LOCKED,
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "P": page.reference,
            "StructParent": len(numbers) // 2,
        }
    )
    pdf.add_object(widget)
    here = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    element = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/Form", "P": document.reference, "K": pydyf.Array([here])}
    )
    pdf.add_object(element)
    document["K"].append(element.reference)
    numbers += [widget["StructParent"], element.reference]
    page["Annots"] = pydyf.Array([*page.get("Annots", ()), widget.reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference])})
    if signature is not None:
        _sign(pdf, widget, signature)


def _sign(pdf: Any, widget: Any, signature: bytes) -> None:
    """It certifies: no change at all is allowed after it."""
    value = Raw(signature)
    pdf.add_object(value)
    widget["V"] = value.reference
    pdf.catalog["AcroForm"]["SigFlags"] = 3  # there is one, and only appending keeps it
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": value.reference})


def _at(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
