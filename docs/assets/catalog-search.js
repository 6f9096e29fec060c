// The rows of the table of all experiments: which of them a reader asks for, and in what order.

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

// What a column sorts by; empty cells stand last in either order.
const keys = {
  title: (row) => row.title,
  category: (row) => row.places[0].words,
  state: (row) => row.state.words,
  conclusion: (row) => row.conclusion,
  runs: (row) => row.runs,
  labels: (row) => row.labels.join(" "),
  author: (row) => row.author,
  opened: (row) => row.opened,
  links: (row) => row.links.reduce((sum, kind) => sum + kind.count, 0),
};

// Without case and diacritics: "Naïve" is found by "naive".
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

export class Catalog {
  // `data` as rows.json has it; it says there in which order a row's cells stand.
  constructor(data) {
    this.facets = Object.entries(data.facets).map(([name, options]) => ({
      name,
      options: options.map(([value, words]) => ({ value, words })),
    }));
    this.rows = data.rows.map((cells) => row(cells, data));
    this.orders = new Map();
  }

  // The place of an option in its facet; one that no row has joins it, so that it can be unchosen.
  option(facet, value) {
    const at = facet.options.findIndex((option) => option.value === value);
    return at < 0 ? facet.options.push({ value, words: value }) - 1 : at;
  }

  // The rows that have all words and, of each facet with chosen values, one of them; and how many
  // rows each option would find beside what is chosen of the other facets.
  find({ q, chosen, sort, order }) {
    const words = folded(q).split(/\s+/).filter(Boolean);
    const asked = [];
    for (const [at, facet] of this.facets.entries()) {
      const values = [...(chosen.get(facet.name) ?? [])];
      if (values.length) asked.push([at, new Set(values.map((value) => this.option(facet, value)))]);
    }
    const counts = this.facets.map((facet) => new Uint32Array(facet.options.length));
    const found = [];
    for (const row of this.ordered(sort, order)) {
      if (!words.every((word) => row.text.includes(word))) continue;
      const missed = asked.filter(([at, wanted]) => !row.options[at].some((one) => wanted.has(one)));
      if (missed.length > 1) continue;
      if (!missed.length) found.push(row);
      for (let at = 0; at < counts.length; at += 1) {
        if (missed.length && missed[0][0] !== at) continue;
        for (const option of row.options[at]) counts[at][option] += 1;
      }
    }
    return { found, counts };
  }

  ordered(column, order) {
    if (!column) return this.rows;
    const name = `${column} ${order}`;
    if (!this.orders.has(name)) this.orders.set(name, sorted(this.rows, keys[column], order));
    return this.orders.get(name);
  }
}

function sorted(rows, key, order) {
  const sign = order === "desc" ? -1 : 1;
  const keyed = rows.map((row) => [key(row), row]);
  const compare = ([a], [b]) => sign * (typeof a === "number" ? a - b : collator.compare(a, b));
  const full = keyed.filter(([value]) => value).sort(compare);
  return [...full, ...keyed.filter(([value]) => !value)].map(([, row]) => row);
}

function row(cells, { facets, places, states }) {
  const [path, title, issue, at, state, conclusion, runs, labels, author, opened, day, links, notes] =
    cells;
  const words = labels.map((label) => facets.label[label][1]);
  const kind = states[state][0];
  const year = facets.year.findIndex(([value]) => value === opened.slice(0, 4));
  const yes = (facet, is) => facets[facet].findIndex(([value]) => value === (is ? "yes" : "no"));
  const options = {
    category: [...new Set(at.map((place) => places[place][2]))],
    state: [kind],
    conclusion: [yes("conclusion", conclusion)],
    runs: [yes("runs", runs)],
    label: labels,
    author: author === null ? [] : [author],
    year: year < 0 ? [] : [year],
    link: links.map(([option]) => option),
  };
  return {
    path,
    title,
    issue,
    places: at.map((place) => ({ path: places[place][0], words: places[place][1] })),
    state: { kind: facets.state[kind][0], words: states[state][1] },
    conclusion,
    runs,
    labels: words,
    author: author === null ? "" : facets.author[author][1],
    opened,
    day,
    links: links.map(([option, count]) => ({ words: facets.link[option][1], count })),
    text: folded([title, issue, conclusion, notes, ...words].join("\n")),
    options: Object.keys(facets).map((name) => options[name]),
  };
}
