"""Our Markdown: CommonMark with tables, notes, definitions, abbreviations, boxes, figures and terms."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

BOX = re.compile(r"^\[!(NOTE|WARNING|EXAMPLE)\][ \t]*\n?")
BLANK = re.compile("\ue000(\\d{1,4})\ue001")
TERM = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
ABBREVIATION = re.compile(r"^\*\[([^\]\n]{1,60})\]:[ \t]*(\S.*)$", re.MULTILINE)
KINDS = {"NOTE": "", "WARNING": " care", "EXAMPLE": " example"}
_SVG = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
ICONS = {
    "NOTE": _SVG.format('<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.2v.1"/>'),
    "WARNING": _SVG.format('<path d="M12 3.5 22 20.5H2zM12 10v5M12 17.7v.1"/>'),
    "EXAMPLE": _SVG.format('<path d="M4 6h16M4 12h16M4 18h10"/>'),
}


def _term(state: StateInline, silent: bool) -> bool:
    """``[[term]]`` and ``[[term|shown]]``."""
    if not state.src.startswith("[[", state.pos):
        return False
    found = TERM.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("term", "", 0)
        token.meta = {"name": found[1], "shown": found[2] or ""}
    state.pos = found.end()
    return True


def _abbreviations(state: StateCore) -> None:
    """``*[TLD]: top-level domain``: taken out, remembered, explained wherever it stands."""
    known = dict(ABBREVIATION.findall(state.src)[:100])
    if known:
        state.src = ABBREVIATION.sub("", state.src)
        state.env["abbreviations"] = known


def _shape_boxes(state: StateCore) -> None:
    """Boxes from quotes that begin with ``[!NOTE]``."""
    for n, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            _box(state.tokens, n)


def _shape_figures(state: StateCore) -> None:
    """Figures from pictures that stand alone in their paragraph."""
    for n, token in enumerate(state.tokens):
        children = token.children or []
        stands_alone = len(children) == 1 and children[0].type == "image"
        if stands_alone and n and state.tokens[n - 1].type == "paragraph_open":
            state.tokens[n - 1].type = state.tokens[n + 1].type = "nothing"
            children[0].type = "figure"


def _box(tokens: list[Token], start: int) -> None:
    first = tokens[start + 2] if len(tokens) > start + 2 else None
    found = BOX.match(first.content) if first is not None and first.type == "inline" else None
    if first is None or found is None:
        return
    end = next(
        n
        for n in range(start, len(tokens))
        if tokens[n].type == "blockquote_close" and tokens[n].level == tokens[start].level
    )
    tokens[start].type, tokens[end].type = "box_open", "box_close"
    tokens[start].meta = {"kind": found[1]}
    first.content = first.content[found.end() :]
    if not first.content:
        tokens[start + 1].type = tokens[start + 3].type = "nothing"


class Renderer(RendererHTML):
    """HTML as the pages want it; ``env["page"]`` knows terms, pictures and links."""

    def nothing(self, *_: Any) -> str:
        """A token that was taken out."""
        return ""

    def term(self, tokens: Sequence[Token], n: int, _options: Any, env: Any) -> str:
        """A glossary term."""
        return str(env["page"].term(tokens[n].meta["name"], tokens[n].meta["shown"]))

    def meanings(self, _tokens: Sequence[Token], _n: int, _options: Any, env: Any) -> str:
        """The meanings of the terms above."""
        page = env["page"]
        return "".join(page.meaning(name) for name in page.take_waiting())

    def box_open(self, tokens: Sequence[Token], n: int, _options: Any, env: Any) -> str:
        """A box begins with its word."""
        kind = tokens[n].meta["kind"]
        word = getattr(env["page"].around.labels, kind.lower())
        return f'<div class="box{KINDS[kind]}"><b data-icon="{kind}">{escape(word)}</b>'

    def box_close(self, *_: Any) -> str:
        """And ends."""
        return "</div>"

    def text(self, tokens: Sequence[Token], n: int, _options: Any, env: Any) -> str:
        """Text, with abbreviations explained, and a mark where a blank stands."""
        content = tokens[n].content
        known = env.get("abbreviations")
        if not known:
            return BLANK.sub(_blank, escape(content, quote=False))
        sign = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, known)) + r")(?!\w)")
        return "".join(
            f'<abbr title="{escape(known[part])}">{escape(part)}</abbr>'
            if part in known
            else BLANK.sub(_blank, escape(part))
            for part in sign.split(content)
        )

    def image(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:
        """A picture of the course, or its words where there is none."""
        token = tokens[n]
        words = escape(self.renderInlineAsText(token.children or [], options, env))
        found = env["page"].picture(str(token.attrs.get("src", "")))
        if found is None:
            return words
        size = f' width="{found.width}" height="{found.height}"' if found.width else ""
        shade = ' class="knows-dark"' if found.knows_dark else ""
        return f'<img src="{escape(found.url)}" alt="{words}"{size}{shade} loading="lazy" decoding="async">'

    def figure(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:
        """A picture with its caption."""
        caption = tokens[n].attrs.get("title")
        said = f"<figcaption>{escape(str(caption))}</figcaption>" if caption else ""
        return f"<figure>{self.image(tokens, n, options, env)}{said}</figure>"

    def link_open(self, tokens: Sequence[Token], n: int, _options: Any, env: Any) -> str:
        """A link; one that leads nowhere is marked, so that its end is left out, too."""
        target = env["page"].target(str(tokens[n].attrs.get("href", "")))
        if target is None:
            return "<span>"
        outside = "//" in target[:9]
        rel = ' rel="noopener noreferrer"' if outside else ""
        return f'<a href="{escape(target)}"{rel}>'

    def table_open(self, _tokens: Sequence[Token], _n: int, _options: Any, env: Any) -> str:
        """A table scrolls by itself on a phone."""
        label = escape(env["page"].table_label())
        return f'<div class="sheet" tabindex="0" role="region" aria-label="{label}"><table>'

    def table_close(self, *_: Any) -> str:
        """And ends."""
        return "</table></div>"

    def th_open(self, tokens: Sequence[Token], n: int, *_: Any) -> str:
        """A heading of a column; an empty one is no heading."""
        if not tokens[n + 1].content:
            return "<td>"
        return f'<th scope="col"{_aligned(tokens[n])}>'

    def th_close(self, tokens: Sequence[Token], n: int, *_: Any) -> str:
        """And ends."""
        return "</th>" if tokens[n - 1].content else "</td>"

    def td_open(self, tokens: Sequence[Token], n: int, *_: Any) -> str:
        """A cell; its side as a class: inline style is forbidden."""
        return f"<td{_aligned(tokens[n])}>"

    def heading_open(self, tokens: Sequence[Token], n: int, *_: Any) -> str:
        """Headings inside a text stand below those of its sections."""
        return f"<{_heading(tokens[n])}>"

    def heading_close(self, tokens: Sequence[Token], n: int, *_: Any) -> str:
        """And end."""
        return f"</{_heading(tokens[n])}>"

    def fence(self, tokens: Sequence[Token], n: int, _options: Any, _env: Any) -> str:
        """Code; zone files in colours."""
        content = tokens[n].content
        if tokens[n].info.strip().casefold() == "zone":
            lexer = get_lexer_by_name("zone")
            return f'<pre class="zone" tabindex="0"><code>{highlight(content, lexer, _PLAIN)}</code></pre>'
        return f'<pre tabindex="0"><code>{escape(content)}</code></pre>'


_PLAIN = HtmlFormatter(nowrap=True)


def _aligned(token: Token) -> str:
    side = str(token.attrs.get("style", "")).rpartition(":")[2]
    place = {"right": "end", "center": "middle"}.get(side)
    return f' class="at-{place}"' if place else ""


def _blank(found: re.Match[str]) -> str:
    return f'<b data-blank="{found[1]}"></b>'


def _heading(token: Token) -> str:
    return f"h{min(max(int(token.tag[1:]), 3), 6)}"


def _notes(_self: Any, _tokens: Sequence[Token], _n: int, _options: Any, env: Any) -> str:
    """The footnotes of a text, in a region with a name."""
    label = escape(env["page"].around.labels.footnotes)
    return f'<section class="footnotes" role="region" aria-label="{label}"><ol>'


def _back(_self: Any, tokens: Sequence[Token], n: int, _options: Any, env: Any) -> str:
    """From a footnote back to its sign."""
    label = escape(env["page"].around.labels.back)
    name = f"{env['docId']}-{tokens[n].meta['id'] + 1}"
    return f' <a href="#fnref-{name}" class="footnote-backref" aria-label="{label}">↩</a>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer)
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(footnote_plugin).use(deflist_plugin)
    parser.add_render_rule("footnote_block_open", _notes)
    parser.add_render_rule("footnote_anchor", _back)
    parser.inline.ruler.before("link", "term", _term)
    parser.core.ruler.before("block", "abbreviations", _abbreviations)
    parser.core.ruler.after("block", "boxes", _shape_boxes)
    parser.core.ruler.push("figures", _shape_figures)
    return parser


PARSER = _parser()
