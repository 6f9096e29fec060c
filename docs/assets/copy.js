// Buttons that copy a text of the page, and say so to everyone.

// A screen reader reads a text anew only where it changed.
function say(place, text) {
  place.textContent = "";
  setTimeout(() => {
    place.textContent = text;
  }, 50);
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  const said = button.closest(".cite").querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(source.textContent);
    say(said, "Copied");
  } catch {
    // Not allowed, or not over a plain connection: one key is left to press.
    select(source);
    say(said, "The browser does not let this page copy; the text is selected for you to copy");
  }
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

// The theme's own buttons on blocks of code say it here.
document.querySelector("[data-md-component=dialog]")?.setAttribute("role", "status");
