"""axe on a page at rest, in the guises people see it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
GUISES: Final[list[tuple[Any, Any]]] = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")]
AT_REST: Final = """async () => {
    await document.fonts.ready;
    await Promise.allSettled(document.getAnimations().map(one => one.finished));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AT_REST)
    return [
        f"{one['id']}: {node['html'][:120]} {(node['any'] or [{}])[0].get('data') or ''}"
        for one in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def look_at(page: Page, address: str) -> dict[str, list[str]]:
    """The page in its guises; only those with something serious.

    Each is loaded anew: a page whose scheme is switched under it shows some old colours for a frame or two, and going
    to an address with a fragment from itself loads nothing.
    """
    found = {}
    for size, scheme in GUISES:
        page.goto("about:blank")
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(address)
        if wrong := serious(page):
            found[f"{address} {size['width']} {scheme}"] = wrong
    return found


def look_at_pages(page: Page, host: str, addresses: Iterable[str]) -> dict[str, list[str]]:
    """The same for those of the addresses that are whole pages."""
    found: dict[str, list[str]] = {}
    for url in (host + address for address in addresses):
        answer = page.request.get(url)
        if answer.ok and answer.url == url and "<html" in answer.text():
            found |= look_at(page, url)
    return found
