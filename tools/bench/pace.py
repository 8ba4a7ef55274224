"""How soon a lesson is there on a slow line: in a real browser, at 400 kbit/s and 400 ms round trips."""

import os
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tools.bench.pages import LESSON
from tools.bench.servers import Server

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
LARGEST = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().at(-1).startTime)).observe({type: "largest-contentful-paint", buffered: true}))"""


def tell(server: Server) -> None:
    """The median of five first visits."""
    address = f"http://127.0.0.1:{server.port}{LESSON}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        moments = [_largest_paint(browser, address) for _ in range(5)]
        browser.close()
    print(f"largest paint at 400 kbit/s: {median(moments) / 1000:.2f} s (bound 1.50)")


def _largest_paint(browser: Browser, address: str) -> float:
    """Milliseconds from asking for the page; with an empty cache, on a phone's screen."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    page.goto(address, wait_until="load")
    moment = float(page.evaluate(LARGEST))
    context.close()
    return moment
