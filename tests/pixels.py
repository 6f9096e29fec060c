"""What a reader sees of an element, by its pixels."""

from __future__ import annotations

import base64

from playwright.sync_api import Browser, Locator

_FIRST = """async url => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.drawImage(image, 0, 0);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


def corner(browser: Browser, element: Locator) -> tuple[int, int, int]:
    """Red, green and blue, from 0 to 255, of the element's upper left corner.

    The browser itself reads its screenshot, on a page whose policy does not forbid it.
    """
    drawn = base64.b64encode(element.screenshot()).decode()
    with browser.new_context() as context:
        red, green, blue = context.new_page().evaluate(_FIRST, f"data:image/png;base64,{drawn}")
    return red, green, blue
