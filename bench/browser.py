"""What a browser sees of the desk: bytes over the wire, layout shift, and how long a reaction takes to be painted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# Collected from the first moment of every page; `durationThreshold` is the finest there is.
_WATCH: Final = """
window.seen = { shift: 0, reactions: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.interactionId) window.seen.reactions.push(entry.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
_ARGUMENTS: Final = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-quic", "--no-first-run"),
)


@dataclass(frozen=True)
class Seen:
    first_kb: float
    later_kb: float
    shift: float
    reaction_ms: float

    def __str__(self) -> str:
        return (
            f"In a browser: first visit {self.first_kb:.1f} kB, later ones {self.later_kb:.1f} kB over the wire;"
            f" layout shift {self.shift:.4f}; slowest interaction to next paint {self.reaction_ms:.0f} ms"
        )


def look(server: str, garage: str, email: str, password: str) -> Seen | None:
    """Visit the desk twice and work there. None without a browser."""
    chromium = os.environ.get("CHROMIUM_PATH")
    if not chromium:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        try:
            return _visits(browser, f"{server}/g/{garage}/desk/", server, email, password)
        finally:
            browser.close()


def _visits(browser: Browser, desk: str, server: str, email: str, password: str) -> Seen:
    session = _session(browser, server, email, password)
    context = browser.new_context(viewport={"width": 1440, "height": 900})  # with an empty cache
    context.add_cookies(session)
    context.add_init_script(_WATCH)
    page = context.new_page()
    first = _weight(context, page, desk)
    later = _weight(context, page, desk)
    shift = _shift(page)
    reactions = _work(page)
    return Seen(first / 1000, later / 1000, max(shift, _shift(page)), max(reactions, default=0.0))


def _session(browser: Browser, server: str, email: str, password: str) -> Any:
    page = browser.new_page()
    page.goto(f"{server}/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/**")
    cookies = page.context.cookies()
    page.context.close()
    return cookies


def _weight(context: BrowserContext, page: Page, address: str) -> float:
    """Bytes of headers and contents that came over the wire until nothing more came."""
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    total = 0.0

    def count(event: dict[str, Any]) -> None:
        nonlocal total
        total += event["encodedDataLength"]

    wire.on("Network.loadingFinished", count)
    page.goto(address, wait_until="load")
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.evaluate("new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))")
    wire.detach()
    return total


def _work(page: Page) -> list[float]:
    """Type a number, choose who is found, type on, choose another vehicle type and another day."""
    page.locator("#id_phone").click()
    page.keyboard.type("07700", delay=60)
    page.locator("#phone-lookup [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#id_registration").wait_for()
    page.locator("#id_first_name").click()
    page.keyboard.type(" Sam", delay=60)
    page.locator(".vtypes label").nth(1).click()
    page.locator(".vtypes label").nth(1).locator(":checked").wait_for(state="attached")
    page.locator(".dates__d:has(input:enabled)").nth(1).click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
    found: list[float] = page.evaluate("window.seen.reactions")
    return found


def _shift(page: Page) -> float:
    found: float = page.evaluate("window.seen.shift")
    return found
