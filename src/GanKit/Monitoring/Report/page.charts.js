"use strict";
// Numbers in words, and the charts. The data of the report is the JSON of the page.
const report = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat("en");
const color = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const plots = [];

// A loss of one term is that term, which is not shown twice.
report.logged = report.logged.filter((curve, _, all) => {
  const total = all.find(other => curve.name.startsWith(`${other.name}/`));
  return !total || all.some(other => other !== curve && other.name.startsWith(`${total.name}/`)) || curve.values.join() !== total.values.join();
});

function add(parent, kind, text, className) {
  const element = document.createElement(kind);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

function show(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value; // NaN, Infinity
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : number.format(value);
}

function duration(seconds) {
  if (seconds < 60) return `${number.format(seconds)} s`;
  const s = Math.round(seconds), pad = n => String(n).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${pad(s % 60)} min` : `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)} h`;
}

function interval(curve, i) {
  const low = curve.low?.[i], high = curve.high?.[i];
  return typeof low === "number" && typeof high === "number" ? ` (${show(low)} to ${show(high)})` : "";
}

const finite = values => values.map(value => typeof value === "number" ? value : null);

// The place of the last point at a step or before it.
function place(curve, step) {
  let low = 0, high = curve.steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (curve.steps[middle] <= step) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// ---- curves

let current = null; // the slider's step

function marks(u) {
  const { ctx, bbox } = u, ratio = devicePixelRatio;
  const line = (step, stroke, dash, label) => {
    const { min, max } = u.scales.x;
    if (step < min || step > max) return;
    const x = Math.round(u.valToPos(step, "x", true));
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = stroke;
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map(length => length * ratio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (label) {
      ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = x > bbox.left + bbox.width - 14 * ratio ? "right" : "left";
      ctx.fillText(label, x + (ctx.textAlign === "left" ? 3 : -3) * ratio, bbox.top + 10 * ratio);
    }
    ctx.restore();
  };
  let last = -Infinity;
  report.events.forEach((event, i) => {
    const x = u.valToPos(event.step, "x");
    line(event.step, color(event.severity), [5, 3], x - last > 16 ? String(i + 1) : "");
    if (x - last > 16) last = x;
  });
  if (current !== null) line(current, color("muted"), [], "");
}

// A ring around a metric's best value.
function markBest(u, curve, stroke) {
  if (!curve.best) return;
  const ratio = devicePixelRatio, x = u.valToPos(curve.best[0], "x", true), y = u.valToPos(curve.best[1], "y", true);
  u.ctx.save();
  u.ctx.strokeStyle = stroke;
  u.ctx.lineWidth = 2 * ratio;
  u.ctx.setLineDash([]);
  u.ctx.beginPath();
  u.ctx.arc(x, y, 8 * ratio, 0, 2 * Math.PI);
  u.ctx.stroke();
  u.ctx.restore();
}

function plot(host, curves) {
  const tables = [], series = [{ label: "step", value: (u, x) => x === null ? "–" : whole.format(x) }], bands = [], companions = new Map();
  curves.forEach((curve, i) => {
    const stroke = color(`c${i % 8}`), first = series.length, table = [curve.steps, finite(curve.values)];
    series.push({
      label: curve.label ?? curve.name, stroke, width: 2, spanGaps: false, points: { show: curve.steps.length < 40 },
      value: (u, value, s, at) => at === null || at === undefined ? "–" : read(curve, u.data[0][at]),
    });
    const edges = [];
    if (curve.low) {
      table.push(finite(curve.high), finite(curve.low));
      edges.push(series.length, series.length + 1);
      for (let edge = 0; edge < 2; edge++) series.push({ class: "u-band-edge", stroke: "transparent", width: 0, points: { show: false } });
      bands.push({ series: [first + 1, first + 2], fill: stroke + "33" });
    }
    tables.push(table);
    if (curve.left) {
      edges.push(series.length);
      series.push({ class: "u-band-edge", stroke: stroke + "88", width: 1.5, dash: [4, 4], points: { show: false } });
      tables.push([curve.left.steps, finite(curve.left.values)]);
    }
    companions.set(first, edges);
  });
  const axis = { stroke: color("muted"), grid: { stroke: color("grid"), width: 1 }, ticks: { stroke: color("grid"), width: 1 }, font: "12px system-ui, sans-serif" };
  const size = () => ({ width: Math.max(200, host.clientWidth), height: host.clientWidth < 500 ? 200 : 240 });
  const u = new uPlot({
    ...size(), series, bands,
    scales: { x: { time: false } },
    axes: [
      { ...axis, values: (u, values) => values.map(value => Number.isInteger(value) ? whole.format(value) : "") },
      { ...axis, size: 64, values: (u, values) => values.map(show) },
    ],
    cursor: { sync: { key: "steps" }, points: { size: 7 } },
    hooks: {
      draw: [marks, u => curves.forEach((curve, i) => markBest(u, curve, color(`c${i % 8}`)))],
      setSeries: [(u, i, options) => {
        if (i !== null && options.show !== undefined) companions.get(i)?.forEach(edge => u.setSeries(edge, { show: options.show }));
      }],
    },
  }, uPlot.join(tables), host);
  new ResizeObserver(() => u.setSize(size())).observe(host);
  return u;
}

function read(curve, step) {
  const i = place(curve, step);
  return i < 0 ? "–" : show(curve.values[i]) + interval(curve, i);
}

// What belongs on one pair of axes: losses; each loss's terms; probabilities; rates; each metric by itself.
function groups() {
  const all = [], take = (title, curves, note) => { if (curves.length > 0) all.push({ title, curves, note }); };
  for (const metric of report.metrics)
    take(metric.name, [metric], `${metric.lowerIsBetter ? "Lower" : "Higher"} is better; the ring is the best.`);
  const left = new Map(report.logged.map(curve => [curve.name, curve]));
  const pick = test => [...left.values()].filter(curve => test(curve.name)).map(curve => {
    left.delete(curve.name);
    return { ...curve, label: curve.name.replace(/^(discriminator|generator|learning_rate)\//, "") };
  });
  take("Losses", pick(name => name === "discriminator" || name === "generator"));
  for (const network of ["discriminator", "generator"]) {
    take(`Terms of the ${network}’s loss`, pick(name => name.startsWith(`${network}/`)));
  }
  take("Discriminator’s answers", pick(name => name.startsWith("D(")));
  const rates = pick(name => name.startsWith("learning_rate/"));
  const rest = Map.groupBy ? Map.groupBy(left.values(), curve => curve.name.split("/")[0]) : new Map([...left].map(([name, curve]) => [name, [curve]]));
  rest.forEach((curves, name) => take(name, curves));
  take("Learning rates", rates);
  return all;
}

function charts() {
  const host = byId("charts"), all = groups();
  byId("curves").hidden = all.length === 0;
  byId("curves-note").textContent = "A line is the mean and a band the range of the steps that one of its points stands for; of a metric the band is its "
    + "interval. Dashed lines with numbers are events. Faint dashed curves are steps that the run went back over. Drag over a curve to enlarge, click twice to go back.";
  all.forEach(({ title, curves, note }, i) => {
    const box = add(host, "div", undefined, i === 0 && report.metrics.length > 0 ? "chart wide" : "chart");
    add(box, "h3", title);
    if (note) add(box, "p", note, "note");
    const area = add(box, "div", undefined, "plot");
    area.setAttribute("role", "group");
    const ends = curves.map(curve => `${curve.name} ended at ${show(curve.values.at(-1))}`).join(", ");
    area.setAttribute("aria-label", `${title} over steps: ${ends}. The slider above reads each value.`);
    plots.push({ area, curves, u: plot(area, curves) });
  });
}
