// The theme's search, begun when a reader types: until then no page fetches the index of the whole
// site. It stands beside the theme's worker, whose name is in this one's address, and speaks as it
// does: 0 sets up, 1 is ready, 2 asks, 3 answers.

const theirs = new URL(location).searchParams.get("worker");
let begun;
let last;

function hand(type, data) {
  dispatchEvent(new MessageEvent("message", { data: { type, data } }));
}

async function begin() {
  const answer = await fetch(new URL("../../../search/search_index.json", location));
  if (!answer.ok) throw new Error(`the index did not load: ${answer.status}`);
  const { config, docs } = await answer.json();
  importScripts(theirs);
  const post = self.postMessage;
  await new Promise((resolve) => {
    self.postMessage = resolve;
    hand(0, { config, docs, options: { suggest: true } });
  });
  self.postMessage = post;
}

addEventListener("message", async (event) => {
  // What this worker hands on is for the theme's alone, and the other way round.
  if (!event.isTrusted) return;
  event.stopImmediatePropagation();
  const { type, data } = event.data;
  if (type !== 2) return;
  last = event;
  if (!begun && !data) {
    postMessage({ type: 3, data: { items: [] } });
    return;
  }
  begun ??= begin();
  try {
    await begun;
  } catch (error) {
    // The next letter tries again.
    begun = undefined;
    console.warn(error.message);
    return;
  }
  // While a name is typed, its last hyphen would forbid the word that is not there yet.
  if (event === last) hand(type, data.replace(/-+(?=\s|$)/g, ""));
});

postMessage({ type: 1 });
