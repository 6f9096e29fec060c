// Loads the theme's script once the page stands: no reader waits for its 114 kB, which would share
// the line with what the first paint needs. That script begins at DOMContentLoaded, which has been
// by then, so it is told once more, in a turn of its own: between the two a reader's touch is
// answered. Nothing else on this site listens to it.

const { late } = document.currentScript.dataset;

requestAnimationFrame(() => {
  setTimeout(() => {
    const script = document.createElement("script");
    script.src = late;
    script.addEventListener("load", () =>
      setTimeout(() => document.dispatchEvent(new Event("DOMContentLoaded"))),
    );
    document.head.append(script);
  });
});
