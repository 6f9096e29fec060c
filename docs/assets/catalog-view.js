// The table's rows and filters in the page, made of copies of what the page has as templates.

export class Rows {
  constructor(root) {
    this.body = root.querySelector(".catalog__table tbody");
    this.blueprint = root.querySelector(".catalog__blueprint").content.querySelector("tr");
    this.bases = root.dataset;
  }

  show(rows) {
    this.body.replaceChildren(...rows.map((row) => this.line(row)));
  }

  line(row) {
    const line = this.blueprint.cloneNode(true);
    const [title, category, state, conclusion, runs, labels, author, opened, links] = line.cells;
    const [name, , issue] = title.childNodes;
    name.href = this.bases.experiments + row.path;
    name.textContent = row.title;
    if (row.issue) issue.textContent = row.issue;
    else title.replaceChildren(name);
    repeat(category, row.places, "", (place, { path, words }) => {
      place.href = this.bases.reports + path;
      place.textContent = words;
    });
    repeat(state, row.state.words ? [row.state] : [], "", (mark, { kind, words }) => {
      mark.dataset.state = kind;
      mark.textContent = words;
    });
    conclusion.textContent = row.conclusion;
    runs.textContent = row.runs || "";
    repeat(labels, row.labels, " ", (label, words) => {
      label.textContent = words;
    });
    author.textContent = row.author;
    repeat(opened, row.opened ? [row] : [], "", (time, { opened: stamp, day }) => {
      time.dateTime = stamp;
      time.textContent = day;
    });
    repeat(links, row.links, " ", (kind, { words, count }) => {
      kind.textContent = count > 1 ? `${words} (${count})` : words;
    });
    return line;
  }
}

// The cell with a copy of its one element for each item, parted by a text.
function repeat(cell, items, between, fill) {
  const pattern = cell.firstElementChild;
  const parts = items.flatMap((item, at) => {
    const copy = at ? pattern.cloneNode(true) : pattern;
    return at && between ? [between, copy] : [copy];
  });
  cell.replaceChildren(...parts);
  items.forEach((item, at) => fill(cell.children[at], item));
}

// One group of checkboxes; `choose` is told of each that is pressed.
export class Facet {
  constructor(field, pattern, choose) {
    this.name = field.dataset.facet;
    this.few = Number(field.dataset.few);
    this.field = field;
    this.list = field.querySelector("ul");
    this.more = field.querySelector("button");
    this.pattern = pattern;
    this.choose = choose;
    this.lines = [];
    this.more.addEventListener("click", () => {
      this.more.setAttribute("aria-expanded", String(!this.isOpen));
      this.fold();
    });
  }

  get isOpen() {
    return this.more.getAttribute("aria-expanded") === "true";
  }

  show(options, counts, chosen) {
    for (const option of options.slice(this.lines.length)) this.add(option);
    for (const [at, { box, count, line }] of this.lines.entries()) {
      const number = counts[at] ?? 0;
      box.checked = chosen.has(options[at].value);
      const text = number.toLocaleString("en");
      if (count.textContent !== text) count.textContent = text;
      line.classList.toggle("catalog__option--none", !number && !box.checked);
    }
    this.field.hidden = !this.lines.length;
    this.fold();
  }

  add({ value, words }) {
    const line = this.pattern.cloneNode(true);
    const box = line.querySelector("input");
    line.querySelector(".catalog__name").textContent = words;
    box.addEventListener("change", () => this.choose(this.name, value, box.checked));
    this.lines.push({ line, box, count: line.querySelector(".catalog__count") });
    this.list.append(line);
  }

  // The first few, and what is chosen, are always there.
  fold() {
    for (const [at, { line, box }] of this.lines.entries()) {
      line.hidden = !this.isOpen && at >= this.few && !box.checked;
    }
    this.more.hidden = this.lines.length <= this.few;
    this.more.textContent = this.isOpen ? "Show fewer" : `Show all ${this.lines.length}`;
  }
}
