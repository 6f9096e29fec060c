// Filters, search, sorting and paging of the table of all experiments. What is asked for stands in
// the address, so that a view can be shared and the browser's Back works.

import { Catalog } from "./catalog-search.js";
import { Facet, Rows } from "./catalog-view.js";

const LONGEST = 50;
// An address is renewed when typing pauses: browsers refuse too many changes in a row.
const PAUSE = 250;
// The theme opens the site's own search for an address with `q`.
const WORDS = "search";

const root = document.querySelector(".catalog[data-rows]");
const part = (name) => root.querySelector(`.catalog__${name}`);
const table = part("table");
const heads = new Map([...table.tHead.rows[0].cells].map((head) => [head.dataset.column, head]));
const input = part("search").querySelector("input");
const filters = part("filters");
const rows = new Rows(root);
const facets = [...root.querySelectorAll(".catalog__facet")].map(
  (field) => new Facet(field, part("option").content.querySelector("li"), choose),
);

let catalog;
let asked;

function parse(query) {
  const given = new URLSearchParams(query);
  const sort = heads.has(given.get("sort")) ? given.get("sort") : "";
  const order = given.get("order");
  return {
    q: given.get(WORDS) ?? "",
    chosen: new Map(facets.map(({ name }) => [name, new Set(given.getAll(name))])),
    sort,
    order: sort && !["asc", "desc"].includes(order) ? heads.get(sort).dataset.first : order,
    page: Number.parseInt(given.get("page"), 10) || 1,
  };
}

function query({ q, chosen, sort, order, page }) {
  const said = new URLSearchParams();
  if (q.trim()) said.set(WORDS, q.trim());
  for (const [name, values] of chosen) for (const value of values) said.append(name, value);
  if (sort) said.set("sort", sort);
  if (sort) said.set("order", order);
  if (page > 1) said.set("page", page);
  return said.size ? `?${said}` : location.pathname;
}

const number = (count) => count.toLocaleString("en");

function status(found, first, last) {
  if (!found) return "No experiment fits";
  const all = catalog.rows.length;
  const noun = all === 1 ? "experiment" : "experiments";
  const of = found < all ? `${number(found)} of ${number(all)} ${noun}` : `${number(all)} ${noun}`;
  return last - first + 1 < found ? `${of}, ${number(first)} to ${number(last)} shown` : of;
}

function show() {
  const { found, counts } = catalog.find(asked);
  const pages = Math.max(1, Math.ceil(found.length / LONGEST));
  asked.page = Math.min(Math.max(1, asked.page), pages);
  const start = (asked.page - 1) * LONGEST;
  const shown = found.slice(start, start + LONGEST);
  rows.show(shown);
  for (const [at, facet] of facets.entries()) {
    facet.show(catalog.facets[at].options, counts[at], asked.chosen.get(facet.name));
  }
  const said = status(found.length, start + 1, start + shown.length);
  if (part("status").textContent !== said) part("status").textContent = said;
  const chosen = [...asked.chosen.values()].reduce((sum, values) => sum + values.size, 0);
  part("chosen").textContent = chosen ? `(${chosen} chosen)` : "";
  part("clear").hidden = !chosen && !asked.q.trim();
  for (const [column, head] of heads) {
    if (column !== asked.sort) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", asked.order === "desc" ? "descending" : "ascending");
  }
  showPages(pages);
}

function showPages(pages) {
  const turns = { first: 1, prev: asked.page - 1, next: asked.page + 1, last: pages };
  part("pages").hidden = pages === 1;
  part("here").textContent = `Page ${number(asked.page)} of ${number(pages)}`;
  for (const link of root.querySelectorAll(".catalog__page")) {
    const page = turns[link.dataset.turn];
    link.hidden = page === asked.page || page < 1 || page > pages;
    link.href = query({ ...asked, page });
  }
}

let pending;
let isTyping = false;

function settle() {
  clearTimeout(pending);
  if (pending) history.replaceState(null, "", query(asked));
  pending = undefined;
}

// A new view is a new entry of the history; what is typed in one go is one entry.
function ask(change, typed = false) {
  if (!typed || !isTyping) settle();
  asked.page = 1;
  change();
  show();
  if (!typed || !isTyping) {
    history.pushState(null, "", query(asked));
  } else {
    clearTimeout(pending);
    pending = setTimeout(settle, PAUSE);
  }
  isTyping = typed;
}

function choose(name, value, isChosen) {
  const values = asked.chosen.get(name);
  ask(() => (isChosen ? values.add(value) : values.delete(value)));
}

// First the column's own order, then the other, then that of the list again.
function sortBy(column) {
  const { first } = heads.get(column).dataset;
  const other = first === "asc" ? "desc" : "asc";
  let next = { sort: column, order: first };
  if (asked.sort === column) next = asked.order === first ? { order: other } : { sort: "" };
  ask(() => Object.assign(asked, next));
}

function read() {
  clearTimeout(pending);
  pending = undefined;
  isTyping = false;
  asked = parse(location.search);
  input.value = asked.q;
  show();
}

function listen() {
  input.addEventListener("input", () => ask(() => (asked.q = input.value), true));
  part("clear").addEventListener("click", () => {
    ask(() => {
      for (const values of asked.chosen.values()) values.clear();
      asked.q = input.value = "";
    });
    input.focus();
  });
  part("pages").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    ask(() => (asked.page = Number(new URL(link.href).searchParams.get("page") ?? 1)));
    table.focus({ preventScroll: true });
    part("bar").scrollIntoView();
  });
  for (const [column, head] of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "catalog__sort";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(column));
    head.append(button);
  }
  addEventListener("popstate", read);
  addEventListener("pagehide", settle);
}

// Beside the table the filters are always open; above it, where it is narrow, they begin closed.
function fit(wide) {
  filters.open = wide.matches;
}

async function start() {
  const answer = await fetch(root.dataset.rows);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  catalog = new Catalog(await answer.json());
  const wide = matchMedia("(min-width: 60em)");
  wide.addEventListener("change", fit);
  fit(wide);
  listen();
  root.classList.add("catalog--live");
  part("without").hidden = true;
  part("search").hidden = false;
  filters.hidden = false;
  read();
}

start().catch((error) => {
  root.classList.add("catalog--failed");
  part("without").textContent = `The filters did not load (${error.message}); the table is complete.`;
});
