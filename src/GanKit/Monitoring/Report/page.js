"use strict";
// The page around the charts: figures, events, tables, the slider.

function definition(list, name, value) {
  const entry = add(list, "div");
  add(entry, "dt", name);
  return add(entry, "dd", value);
}

function figures() {
  const list = byId("figures"), best = report.best;
  const steps = report.plannedStep ? `${whole.format(report.step)} of ${whole.format(report.plannedStep)}` : whole.format(report.step);
  definition(list, "Steps", steps);
  if (best) {
    definition(list, "Best step", whole.format(best.step));
    definition(list, `${best.name}, best`, show(best.value));
  }
  const seconds = report.runs.reduce((sum, run) => sum + run.seconds, 0);
  const done = report.runs.reduce((sum, run) => sum + run.steps, 0);
  definition(list, "Time", duration(seconds));
  if (done > 0 && seconds > 0) definition(list, "Steps a second", show(done / seconds));
}

function events() {
  const list = byId("events");
  byId("no-events").hidden = report.events.length > 0;
  report.events.forEach((event, i) => {
    const item = add(list, "li", undefined, event.severity);
    add(item, "span", `${i + 1} · ${event.severity} · step ${whole.format(event.step)}`, "kind");
    add(item, "h3", event.title);
    add(item, "p", event.text);
  });
}

function timing() {
  const table = byId("runs");
  const names = ["Begun (UTC)", "Steps", "Time", "Steps/s", "Training", "Waiting for data", "Callbacks", "This report"];
  const head = add(add(table, "thead"), "tr"), body = add(table, "tbody");
  names.forEach(name => add(head, "th", name).scope = "col");
  for (const run of report.runs) {
    const share = seconds => run.seconds > 0 ? `${duration(seconds)} (${number.format(Math.round(1000 * seconds / run.seconds) / 10)} %)` : "–";
    const rest = Math.max(0, run.seconds - run.training - run.data);
    const cells = [run.begun.replace("T", " ").slice(0, 19), `${whole.format(run.from + 1)} to ${whole.format(run.to)}`, duration(run.seconds),
      run.seconds > 0 ? show(run.steps / run.seconds) : "–", share(run.training), share(run.data), share(rest), share(run.report)];
    if (run.steps === 0) cells[1] = "none";
    const row = add(body, "tr");
    cells.forEach(text => add(row, "td", text));
  }
}

function facts() {
  for (const group of report.facts) {
    const box = add(byId("facts"), "div");
    add(box, "h3", group.title);
    const list = add(box, "dl");
    for (const [name, value] of group.rows) {
      add(list, "dt", name);
      add(list, "dd", value);
    }
  }
}

// ---- the slider

function slider() {
  const pictures = report.pictures, curves = [...report.metrics, ...report.logged];
  const stops = pictures.length > 0 ? pictures.map(picture => picture.step) : [...new Set(curves.flatMap(curve => curve.steps))].sort((a, b) => a - b);
  byId("over-time").hidden = stops.length === 0;
  byId("no-pictures").hidden = !report.picturesNote;
  byId("no-pictures").textContent = report.picturesNote ?? "";
  if (stops.length === 0) return;
  const input = byId("step"), image = byId("preview");
  input.max = stops.length - 1;
  byId("picture").hidden = pictures.length === 0;
  const cells = curves.map(curve => [curve, definition(byId("values"), curve.name, "–")]);
  const turn = () => {
    const at = Number(input.value), step = stops[at];
    current = step;
    byId("step-number").textContent = whole.format(step);
    input.setAttribute("aria-valuetext", `step ${whole.format(step)}`);
    if (pictures.length > 0) {
      image.src = pictures[at].source;
      image.alt = `What the generator makes after step ${whole.format(step)}`;
      byId("caption").textContent = `After step ${whole.format(step)}${report.best?.step === step ? ", the best one" : ""}`;
    }
    cells.forEach(([curve, cell]) => {
      const i = place(curve, step), range = i < 0 ? "" : interval(curve, i);
      cell.textContent = i < 0 ? "–" : show(curve.values[i]);
      if (range) add(cell, "small", range);
    });
    plots.forEach(({ u }) => u.redraw(false));
  };
  image.addEventListener("load", () => image.classList.toggle("small", image.naturalWidth < 420));
  input.addEventListener("input", turn);
  input.value = stops.length - 1;
  turn();
}

figures();
events();
timing();
facts();
charts();
slider();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(entry => {
  entry.u.destroy();
  entry.u = plot(entry.area, entry.curves);
}));
