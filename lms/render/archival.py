"""What makes a PDF one for archives and for readers of all kinds: PDF/A-3a and PDF/UA-1 in one file.

WeasyPrint makes either. The other's mark is added here, with what describes it, and a field in which
a signature can stand: a signed file must be as tagged as it was before.
"""

import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from struct import Struct
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


HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ROW = Struct(">BIH")
"""An object's place: in the file from this byte on, or in a stream of objects."""
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


class Archive(pydyf.PDF):  # type: ignore[misc]
    """Written with each stream packed once, and its end where a reader finds it.

    pydyf packs twice, and ends a stream by one line feed: after a stream whose last byte is a carriage
    return, strict readers count that one to the end of the line.
    """

    def write(self, output: Any, _version: object, identifier: bytes, _compress: object) -> None:
        """To this file; ``identifier`` is its name for ever."""
        self.add_object(self.info)
        file, rows = bytearray(HEAD), []
        inside: list[Any] = []
        last = len(self.objects)
        for made in self.objects[1:]:
            if isinstance(made, Raw):
                rows.append((1, len(file), 0))
                file += made.indirect + b"\n"
            else:
                rows.append((2, last, len(inside)))
                inside.append(made)
        rows.append((1, len(file), 0))
        file += b"%d 0 obj\n%b\nendobj\n" % (last, _together(inside))
        rows.append((1, len(file), 0))
        place = b"startxref\n%d\n%%%%EOF\n" % len(file)
        file += b"%d 0 obj\n%b\nendobj\n" % (last + 1, self._places(rows, identifier))
        output.write(file + place)

    def _places(self, rows: list[tuple[int, int, int]], identifier: bytes) -> bytes:
        """Where everything is."""
        name = f"<{identifier.hex()}>".encode()
        said = {
            "Type": "/XRef",
            "Size": len(rows) + 1,
            "W": pydyf.Array([1, 4, 2]),
            "Root": self.catalog.reference,
            "Info": self.info.reference,
            "ID": pydyf.Array([name, name]),
        }
        free = b"\0" * 5 + b"\xff\xff"
        places = (ROW.pack(*row) for row in rows)
        return _packed(said, free + b"".join(places))


def archive(pdf: Any, field: str, signature: bytes | None) -> None:
    """Add what the other kind asks for, and the field of this name; empty without a signature."""
    for made in pdf.objects:
        if isinstance(made, pydyf.Stream):
            pdf.objects[made.number] = packed = Raw(_as_it_stands(made))
            packed.number = made.number
    _add_field(pdf, field, signature)
    pdf.__class__ = Archive


def _as_it_stands(stream: Any) -> bytes:
    """Readers of metadata want to find it as it is."""
    content = b"\n".join(map(_bytes, stream.stream))
    if stream.extra.get("Type") != "/Metadata":
        return _packed(stream.extra, content)
    content = content.replace(b"</rdf:RDF>", ALSO_UA)
    return _stream({**stream.extra, "Length": len(content)}, content)


def _bytes(part: Any) -> bytes:
    if isinstance(part, bytes):
        return part
    data: bytes = part.data if isinstance(part, pydyf.Object) else str(part).encode("ascii")
    return data


def _together(objects: list[Any]) -> bytes:
    """Many small objects as one stream."""
    head, body = [], bytearray()
    for one in objects:
        head.append(f"{one.number} {len(body)}")
        body += one.data + b"\n"
    first = " ".join(head).encode() + b"\n"
    said = {"Type": "/ObjStm", "N": len(objects), "First": len(first)}
    return _packed(said, first + body)


def _packed(extra: Mapping[str, Any], content: bytes) -> bytes:
    small = _squeezed(content)
    return _stream({**extra, "Filter": "/FlateDecode", "Length": len(small)}, small)


def _stream(extra: Mapping[str, Any], content: bytes) -> bytes:
    return b"%b\nstream\n%b\r\nendstream" % (pydyf.Dictionary(extra).data, content)


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
