// The theme's row of buttons on a block of code is no navigation, as which it is announced.

function mend() {
  for (const row of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    row.setAttribute("role", "presentation");
  }
}

mend();
new MutationObserver(mend).observe(document.querySelector("article"), {
  childList: true,
  subtree: true,
});
