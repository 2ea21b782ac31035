// One SVG a chart. Words come as text nodes only; colors are attributes, so that the saved picture has them too, and text follows the theme.
const INK = "currentColor";
const TONES = { ink: "#2b7f8c", second: "#b4632b" };
const SPACE = "http://www.w3.org/2000/svg";
const SEATS = new WeakMap();
const DAY = 86400000;
const ICON = "M12 3v11m0 0 4-4m-4 4-4-4M5 19h14";

const node = (name, attributes = {}, text) => {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, typeof value === "number" ? Math.round(value * 100) / 100 : value);
  if (text !== undefined) made.textContent = text;
  return made;
};
const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

function steps(top, most, whole) {
  const rough = Math.max(top, 1e-9) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  if (whole) step = Math.max(1, Math.ceil(step));
  const found = [];
  for (let at = 0; at <= top + step * 0.001; at += step) found.push(at);
  return { found, end: Math.max(top, found[found.length - 1]) };
}

function measure(S, text) {
  S.pen.textContent = text;
  return S.pen.getComputedTextLength();
}

function clipped(S, text, room) {
  if (measure(S, text) <= room) return text;
  let end = text.length;
  while (end > 1 && measure(S, `${text.slice(0, end)}…`) > room) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

// Left of the plot stand the values with their title turned, below it the names; returns how a value becomes a height.
function upright(S, frame, ticks, low, high, title) {
  const y = (value) => frame.bottom - ((value - low) / (high - low || 1)) * (frame.bottom - frame.top);
  for (const tick of ticks) {
    S.svg.append(
      node("line", { x1: frame.left, x2: frame.right, y1: y(tick), y2: y(tick), stroke: INK, "stroke-opacity": 0.14 }),
      node("text", { x: frame.left - 8, y: y(tick) + 4, "text-anchor": "end", fill: INK, "fill-opacity": 0.8 }, number(tick)));
  }
  const middle = (frame.top + frame.bottom) / 2;
  S.svg.append(node("text", { x: 11, y: middle, transform: `rotate(-90 11 ${middle})`, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 }, title));
  return y;
}

function gutter(S, ticks) {
  return 30 + Math.max(0, ...ticks.map((tick) => measure(S, number(tick))));
}

function hears(S, shape, told) {
  if (!told) return shape;
  shape.addEventListener("pointerenter", () => {
    S.told.textContent = told;
    S.told.hidden = false;
    const box = shape.getBoundingClientRect(), home = S.box.getBoundingClientRect();
    const left = box.left + box.width / 2 - home.left - S.told.offsetWidth / 2;
    S.told.style.left = `${Math.max(0, Math.min(left, home.width - S.told.offsetWidth))}px`;
    S.told.style.top = `${Math.max(0, box.top - home.top - S.told.offsetHeight - 6)}px`;
  });
  shape.addEventListener("pointerleave", () => { S.told.hidden = true; });
  return shape;
}

function columns(S, data, width) {
  const sums = data.names.map((_, i) => data.series.reduce((sum, one) => sum + (one.values[i] || 0), 0));
  const tops = sums.map((sum, i) => Math.max(sum, data.spans[i] ? data.spans[i][1] : 0));
  const { found, end } = steps(Math.max(1, ...tops), 5, data.whole);
  const legend = data.series.length > 1 ? 24 : 0;
  const frame = { left: gutter(S, found), right: width - 8, top: 16 + legend, bottom: data.height - (data.under.length ? 44 : 28) };
  const y = upright(S, frame, found, 0, end, data.title);
  const room = (frame.right - frame.left) / Math.max(1, data.names.length), wide = Math.min(room * 0.65, 160);
  const longest = Math.max(0, ...[...data.names, ...data.under].map((words) => measure(S, words))) + 12;
  const every = Math.max(1, Math.ceil(longest / room));
  data.names.forEach((name, i) => {
    const middle = frame.left + room * (i + 0.5);
    let base = 0;
    for (const one of data.series) {
      const value = one.values[i];
      if (value === null) continue;
      const tone = TONES[one.tone], faint = data.spans.length ? { "fill-opacity": 0.3, stroke: tone, "stroke-width": 2 } : {};  // a span stands out on it
      const bar = node("rect", { x: middle - wide / 2, width: wide, y: y(base + value), height: y(base) - y(base + value), fill: tone, ...faint });
      S.svg.append(hears(S, bar, data.told[i]));
      base += value;
    }
    const span = data.spans[i];
    if (span) {
      const [low, high] = span.map(y);
      S.svg.append(node("path", { d: `M${middle} ${low}V${high}M${middle - 5} ${low}h10M${middle - 5} ${high}h10`, stroke: TONES.second, "stroke-width": 2, fill: "none" }));
    }
    [name, data.under[i]].forEach((words, row) => {
      if (words && i % every === 0) S.svg.append(node("text", { x: middle, y: frame.bottom + 18 + row * 16, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 }, words));
    });
  });
  let at = frame.left;
  for (const one of legend ? data.series : []) {
    S.svg.append(node("rect", { x: at, y: 6, width: 12, height: 12, fill: TONES[one.tone] }), node("text", { x: at + 18, y: 16, fill: INK }, one.name));
    at += 34 + measure(S, one.name);
  }
}

function bars(S, data, width) {
  const longest = Math.max(0, ...data.names.map((name) => measure(S, name)));
  const frame = { left: Math.min(longest, width * 0.38) + 14, right: width - 12, top: 10, bottom: data.height - 46 };
  const { found, end } = steps(Math.max(1, ...data.values), width < 500 ? 4 : 8, data.whole);
  const x = (value) => frame.left + (value / end) * (frame.right - frame.left);
  for (const tick of found) {
    S.svg.append(
      node("line", { x1: x(tick), x2: x(tick), y1: frame.top, y2: frame.bottom, stroke: INK, "stroke-opacity": 0.14 }),
      node("text", { x: x(tick), y: frame.bottom + 16, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 }, number(tick)));
  }
  const room = (frame.bottom - frame.top) / Math.max(1, data.names.length), thick = Math.min(room * 0.65, 40);
  data.names.forEach((name, i) => {
    const middle = frame.top + room * (i + 0.5), long = x(data.values[i]) - frame.left, fits = measure(S, data.texts[i]) + 12 <= long;
    S.svg.append(
      node("text", { x: frame.left - 8, y: middle + 4, "text-anchor": "end", fill: INK }, clipped(S, name, frame.left - 14)),
      hears(S, node("rect", { x: frame.left, y: middle - thick / 2, width: Math.max(0, long), height: thick, fill: TONES[data.tone] }), `${name}\n${data.texts[i]}`),
      node("text", { x: fits ? x(data.values[i]) - 6 : x(data.values[i]) + 6, y: middle + 4, "text-anchor": fits ? "end" : "start", fill: fits ? "#ffffff" : INK, "pointer-events": "none" }, data.texts[i]));
  });
  S.svg.append(node("text", { x: (frame.left + frame.right) / 2, y: data.height - 8, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 }, data.title));
}

const SHAPES = {
  ring: () => node("circle", { r: 5, fill: "none", "stroke-width": 2, stroke: TONES.second, "pointer-events": "all" }),
  dot: () => node("circle", { r: 6, fill: TONES.second }),
  diamond: () => node("path", { d: "M0-7 7 0 0 7-7 0Z", fill: TONES.second }),
  star: () => node("path", { d: "M0-8 2.2-2.8 7.6-2.5 3.5 1.1 4.7 6.5 0 3.6-4.7 6.5-3.5 1.1-7.6-2.5-2.2-2.8Z", fill: TONES.second }),
};

// Whole days (or weeks, months) that leave each date its room; times are wall clocks, so UTC stands for them.
function dates(from, to, most) {
  const step = [1, 2, 7, 14, 28, 91, 182, 364].find((days) => (to - from) / (days * DAY) <= most) || 728;
  const found = [];
  for (let at = Math.ceil(from / DAY) * DAY; at <= to; at += step * DAY) found.push(at);
  return found;
}

function line(S, data, width) {
  const frame = { left: gutter(S, data.ticks), right: width - 12, top: 12, bottom: data.height - 44 };
  const times = data.times.map((at) => Date.parse(`${at}Z`)), marks = data.marks.map((one) => Date.parse(`${one.at}T12:00:00Z`));
  let from = Math.min(...times, ...marks), to = Math.max(...times, ...marks);
  if (to - from < DAY) { from -= 3.5 * DAY; to += 3.5 * DAY; }
  const edge = (to - from) * 0.04;
  const x = (at) => frame.left + ((at - from + edge) / (to - from + 2 * edge)) * (frame.right - frame.left);
  const y = upright(S, frame, data.ticks.filter((tick) => tick >= data.low && tick <= data.high), data.low, data.high, data.title);
  let year = "";
  for (const at of dates(from, to, Math.max(2, Math.floor((frame.right - frame.left) / 70)))) {
    const day = new Date(at), now = String(day.getUTCFullYear());
    S.svg.append(node("text", { x: x(at), y: frame.bottom + 18, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 },
      day.toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short" })));
    if (now !== year) S.svg.append(node("text", { x: x(at), y: frame.bottom + 34, "text-anchor": "middle", fill: INK, "fill-opacity": 0.8 }, now));
    year = now;
  }
  let path = "", open = false;
  data.values.forEach((value, i) => {
    if (value !== null) path += `${open ? "L" : "M"}${x(times[i]).toFixed(1)} ${y(value).toFixed(1)}`;
    open = value !== null;
  });
  S.svg.append(node("path", { d: path, fill: "none", stroke: TONES.ink, "stroke-width": 2, "stroke-linejoin": "round" }));
  data.values.forEach((value, i) => {
    if (value === null) return;
    S.svg.append(node("circle", { cx: x(times[i]), cy: y(value), r: 2.5, fill: TONES.ink }),
      hears(S, node("circle", { cx: x(times[i]), cy: y(value), r: 8, fill: "none", "pointer-events": "all" }), data.told[i]));
  });
  data.marks.forEach((one, i) => {
    const mark = SHAPES[one.shape]();
    mark.setAttribute("transform", `translate(${x(marks[i]).toFixed(1)} ${(frame.bottom - 22).toFixed(1)})`);
    S.svg.append(hears(S, mark, one.told));
  });
}

const KINDS = { columns, bars, line };

function draw(S) {
  const width = Math.floor(S.box.clientWidth);
  if (!width) return;
  S.told.hidden = true;
  S.svg.replaceChildren(S.pen);
  for (const [name, value] of Object.entries({ width, height: S.data.height, viewBox: `0 0 ${width} ${S.data.height}`, "aria-label": S.data.alt })) S.svg.setAttribute(name, value);
  KINDS[S.data.kind](S, S.data, width);
  S.pen.textContent = "";
}

function save(S) {
  const copy = S.svg.cloneNode(true), style = getComputedStyle(S.box);
  copy.setAttribute("color", style.color);
  copy.setAttribute("font-family", "sans-serif");
  copy.setAttribute("font-size", "12");
  const picture = new Image(), canvas = document.createElement("canvas"), { width, height } = S.svg.viewBox.baseVal;
  canvas.width = width * 2;
  canvas.height = height * 2;
  picture.onload = () => {
    const pen = canvas.getContext("2d");
    pen.fillStyle = style.getPropertyValue("--st-background-color") || "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = "discreet-chart.png";
    link.href = canvas.toDataURL("image/png");
    link.click();
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

export default function (component) {
  const { data: [data], parentElement: root } = component;
  let S = SEATS.get(root);
  if (!S) {
    S = { box: root.querySelector(".discreet-chart"), svg: node("svg", { role: "img" }), pen: node("text", { visibility: "hidden" }), told: document.createElement("div") };
    SEATS.set(root, S);
    S.told.className = "told";
    S.told.hidden = true;
    const button = document.createElement("button"), icon = node("svg", { width: 16, height: 16, viewBox: "0 0 24 24", "aria-hidden": "true" });
    icon.append(node("path", { d: ICON, fill: "none", stroke: "currentColor", "stroke-width": 2 }));
    button.type = "button";
    button.title = data.save;
    button.setAttribute("aria-label", data.save);
    button.append(icon);
    button.addEventListener("click", () => save(S));
    S.box.append(S.svg, button, S.told);
    S.watch = new ResizeObserver(() => { if (Math.floor(S.box.clientWidth) !== S.wide) { S.wide = Math.floor(S.box.clientWidth); draw(S); } });
  }
  S.data = data;
  S.box.style.minHeight = `${data.height}px`;
  S.wide = Math.floor(S.box.clientWidth);
  draw(S);
  S.watch.observe(S.box);
  return () => { S.watch.disconnect(); SEATS.delete(root); S.box.replaceChildren(); };
}
