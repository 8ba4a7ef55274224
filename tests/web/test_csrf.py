import pytest

from tests.conftest import Browser

FORM = "/en/links"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Sec-Fetch-Site": "none"}, 422),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": None, "Origin": "http://localhost"}, 422),
        ({"Sec-Fetch-Site": None, "Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": None, "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": None, "Referer": "http://localhost/en/links"}, 422),
        ({"Sec-Fetch-Site": None, "Referer": "http://evil.example/"}, 403),
        ({"Sec-Fetch-Site": None}, 403),
    ],
)
def test_a_form_counts_only_when_one_of_our_pages_sent_it(
    visitor: Browser, headers: dict[str, str | None], status: int
) -> None:
    sent = {name: value or "" for name, value in headers.items()}

    assert visitor.post(FORM, data={}, headers=sent).status_code == status
