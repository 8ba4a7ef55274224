"""NOTICE names everything that we build on, under licences that somebody has read."""

from email.message import Message
from pathlib import Path

import pytest

from tools import notice

pytestmark = pytest.mark.once


def test_it_is_up_to_date() -> None:
    """Else: python -m tools.notice."""
    assert (notice.ROOT / "NOTICE").read_text("utf-8") == notice.notice()


def test_every_package_of_an_installation_is_named() -> None:
    wanted = [
        line.split("[")[0].split("#")[0].strip()
        for line in (notice.ROOT / "requirements.in").read_text("utf-8").splitlines()
    ]
    assert {name for name in wanted if name} <= set(notice.runtime())
    assert len(notice.runtime()) > 50


def test_every_file_of_others_lies_there_and_every_font_has_its_licence() -> None:
    named = {asset.path for asset in notice.ASSETS}
    assert all((notice.ROOT / path).is_file() for path in named)
    fonts = notice.ROOT / "lms/render/fonts"
    licences = {str(path.relative_to(notice.ROOT)) for path in fonts.glob("*OFL.txt")}
    assert licences <= named
    for font in fonts.glob("*.woff2"):
        assert any(font.name.startswith(Path(one).name[:-8]) for one in licences), font.name


def test_a_licence_that_nobody_has_read_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    about = Message()
    about["License-Expression"] = "AGPL-3.0-only"
    about["Classifier"] = "Topic :: Education"
    about["Classifier"] = "License :: OSI Approved :: GNU Affero General Public License v3"
    monkeypatch.setattr(notice, "metadata", lambda _name: about)
    with pytest.raises(LookupError, match="read its licence"):
        notice.licence_of("something")
    del about["License-Expression"]
    about["License-Expression"] = "MIT OR AGPL-3.0-only"
    with pytest.raises(LookupError):
        notice.licence_of("something")
    del about["License-Expression"]
    about["License"] = "BSD License"
    assert notice.licence_of("something") == "BSD"


def test_a_package_that_is_not_installed_must_be_read() -> None:
    with pytest.raises(LookupError, match="not installed"):
        notice.licence_of("no-such-package-anywhere")
