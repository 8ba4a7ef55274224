"""Pages as a stranger's program reads them: forms, links, and markup that nobody meant."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.safety.naughty import MARK

BUTTON = "button"
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "data", "poster", "xlink:href")


@dataclass
class Field:
    """Something with a name in a form. kind: as in ``type=``, or textarea, select, button."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page; ``fields`` by name: radio buttons share one."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def typed(self) -> list[str]:
        """Names of all fields but buttons; hidden ones, too: nobody has to use our page."""
        return [one.name for one in self.fields.values() if one.kind != BUTTON]

    @property
    def buttons(self) -> list[str]:
        """Names of the buttons that have one."""
        return [one.name for one in self.fields.values() if one.kind == BUTTON]

    def filled(self) -> dict[str, str]:
        """As the page shows it, the first of each choice."""
        return {
            name: (self.fields[name].values or [""])[0]
            for name in self.typed
            if self.fields[name].kind != "file"
        }


class Page(HTMLParser):
    """What a page offers, and ``foul``: what stands in it that no template of ours wrote."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.foul: list[str] = []
        self._outside: dict[str, Form] = {}
        self._open: Form | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters."""
        said = {name: value or "" for name, value in attrs}
        self._judge(tag, said)
        if tag == "a":
            self.links.append(said.get("href", ""))
        if tag == "form":
            self._open = Form(said.get("action", ""), said.get("method", "get").lower())
            self._outside[said.get("id", "")] = self._open
            self.forms.append(self._open)
        home = self._outside.get(said["form"]) if "form" in said else self._open
        name = said.get("name")
        if home is not None and name and tag in {"input", "select", "textarea", "button"}:
            kind = (
                BUTTON if tag == "button" else said.get("type", "text") if tag == "input" else tag
            )
            one = home.fields.setdefault(name, Field(name, kind))
            if "value" in said:
                one.values.append(said["value"])

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._open = None

    def _judge(self, tag: str, said: dict[str, str]) -> None:
        bad = MARK in tag
        if tag == "script" and said.get("type") != "application/ld+json":
            bad |= not said.get("src", "").startswith("/static/")
        for name, value in said.items():
            bad |= name.startswith("on") or MARK in name or name in {"style", "srcdoc"}
            address = "".join(value.split()).lower()
            bad |= name in ADDRESSES and address.startswith(("javascript:", "vbscript:", "data:"))
            bad |= name in ADDRESSES and MARK in host_of(address)
        if bad:
            self.foul.append(f"<{tag} {said}>")


def host_of(address: str) -> str:
    """Which host a browser would go to; it takes a backslash for a slash."""
    try:
        return urlsplit(address.replace("\\", "/")).netloc
    except ValueError:
        return ""
