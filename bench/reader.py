"""A reader who types into the search of the table of all experiments: `bench.reader SITE`.

Prints a line of milliseconds: for each key, from its input event to the frame that answers it.
"""

from __future__ import annotations

import functools
import http.server
import sys
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import chromium

# What few, many and no experiments have; each word is taken back letter by letter.
WORDS = ("cooldown batch", "e", "learning rate schedule loss spike", "zzz")
OBSERVE = """
window.milliseconds = [];
document.addEventListener("input", (event) => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.milliseconds.push(performance.now() - event.timeStamp);
    port2.postMessage(null);
  });
}, true);
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the figures are what is printed."""


def main() -> None:
    """Serve the built site, open its table, type."""
    site = Path(sys.argv[1])
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.find(), args=chromium.FLAGS
            )
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/explore/")
            print(*(f"{time:.1f}" for time in _typed(page)))
            browser.close()
        server.shutdown()


def _typed(page: Page) -> list[float]:
    box = page.get_by_role("searchbox")
    box.wait_for()
    page.evaluate(OBSERVE)
    count = 0
    for words in WORDS:
        for key in [*words, *["Backspace"] * len(words)]:
            box.press("Space" if key == " " else key)
            count += 1
            page.wait_for_function("count => window.milliseconds.length === count", arg=count)
    times: list[float] = page.evaluate("window.milliseconds")
    return times


if __name__ == "__main__":
    main()
