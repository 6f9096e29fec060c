"""What is asked of a page in a browser, each as a list of what is wrong with it."""

from __future__ import annotations

import json
from importlib import resources

from playwright.sync_api import Page

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# Everything of WCAG 2.2 up to AA, with what its authors advise beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another scheme can change: the rest is about elements, and those are the same.
COLOURS = ["color-contrast", "link-in-text-block"]
_RUN = """async only => (await axe.run({
    runOnly: only, resultTypes: ["violations"], elementRef: false,
})).violations.flatMap(found => found.nodes.map(
    node => `${found.id}: ${node.target.join(" ")}: ${node.failureSummary}`))"""

# What reaches over the right edge; an area with a scroll bar of its own keeps what it holds.
_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")]
        .filter(each => each.getBoundingClientRect().right > width + 1)
        .map(each => `${each.tagName}.${each.className} is wider than ${width} px`).slice(-8);
}"""

# What takes less than a frame does not move.
_MOVING = """() => [...document.querySelectorAll("*")].flatMap(each => {
    const style = getComputedStyle(each);
    const longest = text => Math.max(...text.split(",").map(parseFloat));
    const found = [];
    if (style.transitionProperty !== "none" && longest(style.transitionDuration) > 0.02)
        found.push(`${each.tagName}.${each.className} moves for ${style.transitionDuration}`);
    if (style.animationName !== "none" && longest(style.animationDuration) > 0.02)
        found.push(`${each.tagName}.${each.className} runs ${style.animationName}`);
    if (style.scrollBehavior === "smooth") found.push(`${each.tagName} scrolls smoothly`);
    return found;
})"""

# The frame around what is read, and what only a screen answers to. The heads of a table that sorts
# are buttons, and texts all the same.
_FRAME = (
    "header, nav, footer, dialog, form, .md-tabs, .md-sidebar, .md-top, button, input, "
    ".md-content__button, .headerlink, .permalink, .fig__files, select"
)
_SORTS = "thead button"
_SEEN = """each => each.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && each.getBoundingClientRect().width * each.getBoundingClientRect().height > 1"""
_PRINTED = f"""() => [...document.querySelectorAll({json.dumps(_FRAME)})]
    .filter(each => !each.matches({json.dumps(_SORTS)})).filter({_SEEN})
    .map(each => `${{each.tagName}}.${{each.className}} is printed`)"""

# What reaches over the edge of the paper, which does not scroll, and images that go by the reader's
# scheme where the page does not.
_SPOILT = f"""() => [...document.querySelectorAll("article *")].filter({_SEEN}).flatMap(each => {{
    const found = [];
    if (each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        found.push(`${{each.tagName}}.${{each.className}} is cut`);
    if (each.matches("img") && getComputedStyle(each).colorScheme !== "light")
        found.push(`${{each.src}} may be dark`);
    return found;
}}).slice(-8)"""

# A permalink that stands below the line which it belongs to.
_ALONE = """() => [...document.querySelectorAll(".headerlink, .permalink")].filter(each => {
    const text = document.createRange();
    text.selectNodeContents(each.parentElement);
    text.setEndBefore(each);
    const last = [...text.getClientRects()].at(-1);
    return each.getBoundingClientRect().top >= last.bottom - 4;
}).map(each => `${each.parentElement.textContent} has a line more`)"""

# What is read: texts in elements of their own, without those of controls.
_TEXTS = f"""() => [...document.querySelectorAll(
        "article :is(h1, h2, h3, h4, p, li, dt, dd, th, td, pre, figcaption, svg)")]
    .filter(each => !each.closest({json.dumps(f"{_FRAME}, [role=status]")}))
    .filter(each => !each.querySelector("input, button")).filter({_SEEN})
    .map(each => each.textContent.replace(/\\s+/g, " ").trim()).filter(Boolean)"""

# What answers to nobody without a script. The boxes that open the navigation do.
_DEAD = f"""() => [...document.querySelectorAll("button, input, select, textarea, label[for]")]
    .filter(each => !each.closest("form[action]"))
    .filter(each => !/^__(drawer|nav|toc)/.test(each.htmlFor || each.id)).filter({_SEEN})
    .map(each => `${{each.outerHTML.slice(0, 120)}} does nothing`)"""


class Watch:
    """What a page asked for and complained of since it was opened."""

    def __init__(self, page: Page, address: str) -> None:
        self.problems: list[str] = []
        self._address = address
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"a script failed: {error}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((self._address, "data:", "blob:")):
            self.problems.append(f"asks {url}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 400:
            self.problems.append(f"{status} of {url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.problems.append(f"console {kind}: {text}")


def barriers(page: Page, rules: list[str]) -> list[str]:
    """What keeps people from using the page as it is now, by these tags or rules of axe-core."""
    # Evaluated, since the page's policy lets nobody add a script.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(_RUN, rules)
    return found


def too_wide(page: Page) -> list[str]:
    """What makes the reader scroll sideways."""
    found: list[str] = page.evaluate(_WIDE)
    return found


def moving(page: Page) -> list[str]:
    """What moves, where the reader asked for as little motion as possible."""
    found: list[str] = page.evaluate(_MOVING)
    return sorted(set(found))


def printed(page: Page) -> list[str]:
    """What of the frame can be seen, where the medium is paper."""
    found: list[str] = page.evaluate(_PRINTED)
    return found


def spoilt(page: Page) -> list[str]:
    """What would be lost on paper, where the medium is paper of the window's width."""
    found: list[str] = page.evaluate(_SPOILT)
    return found


def alone(page: Page) -> list[str]:
    """Links to a heading or an entry that take a line of their own."""
    found: list[str] = page.evaluate(_ALONE)
    return found


def texts(page: Page) -> set[str]:
    """What can be read on the page as it is now."""
    found: list[str] = page.evaluate(_TEXTS)
    return set(found)


def dead_controls(page: Page) -> list[str]:
    """What can be seen and does nothing, on a page whose scripts do not run."""
    found: list[str] = page.evaluate(_DEAD)
    return found
