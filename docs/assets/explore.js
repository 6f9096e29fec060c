// The interactive twin of a figure: fetched from this site when a reader asks for it, never before.

const engines = new Map();

function load(url) {
  if (!engines.has(url)) {
    engines.set(
      url,
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = () => resolve(window.vegaEmbed);
        script.onerror = () => {
          engines.delete(url);
          reject(new Error("the chart engine did not load"));
        };
        document.head.append(script);
      }),
    );
  }
  return engines.get(url);
}

// A chart names the custom property that each of its colours stands for.
function painted(value, colours, style) {
  if (typeof value === "string") {
    const property = colours[value];
    return (property && style.getPropertyValue(property).trim()) || value;
  }
  if (Array.isArray(value)) return value.map((each) => painted(each, colours, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, painted(each, colours, style)]),
    );
  }
  return value;
}

// Where the page shows the narrow image, the chart is the narrow one, too: it lists what differs.
function fitted(spec, figure) {
  const image = figure.querySelector(".fig__image--narrow");
  if (!image || getComputedStyle(image).display === "none") return spec;
  const chart = structuredClone(spec);
  for (const [place, value] of spec.usermeta?.narrow ?? []) {
    const [name, ...parents] = place.toReversed();
    parents.reduceRight((part, key) => part[key], chart)[name] = value;
  }
  return chart;
}

// What a reader can do with this chart.
function hint(spec) {
  const text = JSON.stringify(spec);
  const said = ["Point at a value to read it."];
  if (text.includes('"bind":"scales"')) {
    said.push("Wheel or pinch zooms, dragging moves, a double click goes back.");
  }
  if (text.includes('"bind":"legend"')) {
    said.push("A click on a name singles it out, one on another adds it; once more takes it back.");
  }
  return said.join(" ");
}

async function draw(place, spec, embed) {
  const { colours = {} } = spec.usermeta ?? {};
  const chart = painted({ ...spec, usermeta: undefined }, colours, getComputedStyle(document.body));
  delete chart.title;
  delete chart.description;
  await embed(place, chart, {
    // Interpreted, since a strict content security policy compiles no expressions.
    ast: true,
    renderer: "svg",
    actions: false,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
}

async function explore(button) {
  const figure = button.closest("figure");
  const drawn = figure.querySelector(".fig__drawn");
  const open = figure.querySelector(".fig__live");
  if (open) {
    open.remove();
    drawn.hidden = false;
    button.textContent = "Explore";
    button.setAttribute("aria-expanded", "false");
    return;
  }
  button.disabled = true;
  button.textContent = "Loading …";
  const place = document.createElement("div");
  const chart = document.createElement("div");
  const told = document.createElement("p");
  place.className = "fig__live";
  told.className = "fig__hint";
  place.append(chart, told);
  try {
    const [embed, found] = await Promise.all([
      load(button.dataset.engine),
      fetch(button.dataset.chart).then((answer) => {
        if (!answer.ok) throw new Error("the chart did not load");
        return answer.json();
      }),
    ]);
    const spec = fitted(found, figure);
    drawn.before(place);
    await draw(chart, spec, embed);
    place.redraw = () => draw(chart, spec, embed);
    told.textContent = hint(spec);
    drawn.hidden = true;
    button.textContent = "Back to the image";
    button.setAttribute("aria-expanded", "true");
  } catch (error) {
    place.remove();
    button.textContent = `Explore: ${error.message}; try again`;
  } finally {
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("button.fig__explore")) {
  button.hidden = false;
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => explore(button));
}

// The scheme has changed: what is open takes its colours anew.
new MutationObserver(() => {
  for (const place of document.querySelectorAll(".fig__live")) place.redraw?.();
}).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
