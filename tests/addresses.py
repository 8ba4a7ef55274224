"""Every address of a part of the site, from the route table: a new one cannot be forgotten."""

from collections.abc import Collection

from flask import Flask


def below(
    part: str, app: Flask, places: dict[str, object], *, besides: Collection[str]
) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route with ``part`` in it, such as ``/studio/``.

    places: what can stand in an address; besides: endpoints that are open to others.
    """
    found = []
    for rule in app.url_map.iter_rules():
        if part not in rule.rule or rule.endpoint in besides:
            continue
        built = rule.build({"lang": "en", **places}, append_unknown=False)
        assert built is not None, f"say in this test what stands in {rule.rule}"
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        found += [(rule.endpoint, method, built[1]) for method in methods]
    return sorted(found)
