"""Style sheets and templates: logical directions only, no inline style or script, all texts translated."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent / "lms"
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = [p for p in sorted((ROOT / "templates").rglob("*.html")) if "pdf" not in p.parts]
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|(left|right|top|bottom|width|height|"
    r"min-width|max-width|min-height|max-height)|(float|clear|text-align):\s*(left|right))\s*[:;]"
)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheets_use_logical_properties(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not [found.group() for found in PHYSICAL.finditer(rules)]


@pytest.mark.parametrize("path", STYLES[1:], ids=lambda path: path.name)
def test_only_the_values_name_colours(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    named = set(re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8})\b", rules))
    assert named <= {"#fff"}, named


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_templates_have_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/ld+json"' in script


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_text_of_a_template_can_be_translated(path: Path) -> None:
    text = path.read_text("utf-8")
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", text, flags=re.DOTALL)
    text = re.sub(r"<(script|svg|style)\b.*?</\1>", "\0", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|<[^>]*>", "\0", text, flags=re.DOTALL)
    words = [w for w in re.findall(r"[^\W\d_]{2,}", text) if w != "UTC"]
    assert not words, words
