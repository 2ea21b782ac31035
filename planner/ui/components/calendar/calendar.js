const SEATS = new WeakMap();
const DAY = 86400000;
const day = (iso) => new Date(`${iso}T00:00:00Z`);
const iso = (date) => date.toISOString().slice(0, 10);
const plus = (text, days) => iso(new Date(day(text).getTime() + days * DAY));
const SHOWN = 3;
const LISTED = 8;

function names(S) {
  const make = (options) => new Intl.DateTimeFormat(S.data.locale, { timeZone: "UTC", ...options });
  S.long = make({ weekday: "short", day: "numeric", month: "long" });
  S.short = make({ weekday: "short", day: "numeric", month: "short" });
  S.head = make({ weekday: "short" });
  S.clock = new Intl.DateTimeFormat(S.data.locale, { timeZone: "UTC", hour: "2-digit", minute: "2-digit", hourCycle: S.data.hour_cycle });
}

const early = (S) => S.early || S.data.view === "list" || S.data.date.slice(0, 7) < S.data.today.slice(0, 7);

function span(S) {
  const { view, date, week_start: first } = S.data;
  if (S.narrow || view === "list") return { days: [...new Set([...S.items, ...S.data.marks, ...S.data.slots].map((one) => one.day))].sort().filter((date) => early(S) || date >= S.data.today), list: true };
  if (view === "day") return { days: [date] };
  const back = (text) => plus(text, -((day(text).getUTCDay() + 7 - first) % 7));
  if (view === "week") return { days: Array.from({ length: 7 }, (_, i) => plus(back(date), i)) };
  const start = back(`${date.slice(0, 8)}01`);
  const last = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0));
  const weeks = Math.ceil(((last - day(start)) / DAY + 1) / 7);
  return { days: Array.from({ length: weeks * 7 }, (_, i) => plus(start, i)), month: date.slice(0, 7) };
}

function overlay(S) {
  const moved = new Map();
  for (const op of S.outbox.list()) if (op.kind === "move") for (const id of op.ids) moved.set(id, op);
  S.items = S.data.items.map((item) => (moved.has(item.id) ? { ...item, day: moved.get(item.id).day, time: moved.get(item.id).time || item.time, waiting: true } : item));
  if (S.held) S.items = S.items.map((item) => (item.id === S.held.id ? { ...item, day: S.held.day, inhand: true } : item));
  S.items.sort((a, b) => `${a.day}${a.time}${a.id}`.localeCompare(`${b.day}${b.time}${b.id}`));
}

const clock = (S, time) => S.clock.format(new Date(`1970-01-01T${time}:00Z`));
const speak = (S, words) => { if (S.live.textContent !== words) S.live.textContent = words; };

function card(S, item) {
  const { labels } = S.data;
  const look = labels.states[item.state] || { icon: "", word: item.state };
  const name = fill(labels.item, { time: clock(S, item.time), abbr: item.abbr, title: item.title, account: item.account, state: look.word, badge: item.badge || "" });
  const face = el("button", { type: "button", class: "face", "data-item": item.id, tabindex: item.id === S.roving ? "0" : "-1", "aria-label": name + (item.why_not ? ` ${item.why_not}` : ""), title: item.why_not || null },
    el("span", { class: "when" }, el("span", { class: "icon", "aria-hidden": "true", text: look.icon }), el("b", { text: clock(S, item.time) }), el("span", { class: "zone", text: item.abbr })),
    el("span", { class: "name", text: item.title }), el("span", { class: "who", text: [look.word, item.badge, item.account].filter(Boolean).join(" · ") }));
  face.onclick = () => { S.roving = item.id; S.trigger("open", item.id); };
  face.onfocus = () => { S.roving = item.id; };
  face.onkeydown = (event) => keys(S, event, item);
  const pick = el("input", { type: "checkbox", class: "pick", tabindex: "-1", "aria-label": fill(labels.pick, { title: item.title }) });
  pick.checked = S.picked.has(item.id);
  pick.onchange = () => choose(S, item.id, pick.checked);
  const change = S.data.may_move && item.movable ? el("button", { type: "button", class: "more", tabindex: "-1", "data-reschedule": item.id, "aria-label": fill(labels.reschedule, { title: item.title }), text: "⋯", onclick: () => reschedule(S, item.id) }) : null;
  const box = el("li", { class: `item ${item.state}${item.waiting ? " waiting" : ""}${item.inhand ? " inhand" : ""}${S.picked.has(item.id) ? " picked" : ""}`, draggable: S.data.may_move && item.movable ? "true" : null }, face, el("span", { class: "tools" }, pick, change));
  box.ondragstart = (event) => { S.drag = item; event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", item.id); };
  box.ondragend = () => { S.drag = null; };
  return box;
}

function target(S, node, date, time) {
  node.ondragover = (event) => { if (S.drag && date >= S.data.today) { event.preventDefault(); event.stopPropagation(); node.classList.add("drop"); } };
  node.ondragleave = () => node.classList.remove("drop");
  node.ondrop = (event) => { event.preventDefault(); event.stopPropagation(); node.classList.remove("drop"); if (S.drag) move(S, S.drag, date, time); };
  return node;
}

function cell(S, date, plan) {
  const { labels } = S.data;
  const items = S.items.filter((item) => item.day === date);
  const slots = S.data.slots.filter((slot) => slot.day === date);
  const full = S.data.view === "day" || S.opened.has(date) || items.some((item) => item.inhand);
  const shown = full ? items : items.slice(0, plan.list ? LISTED : S.data.view === "week" ? 2 * LISTED : SHOWN);
  const title = (plan.list || S.data.view === "day" ? S.long : S.short).format(day(date));
  const box = el("li", { class: `cell${date === S.data.today ? " today" : ""}${date < S.data.today ? " past" : ""}${S.data.rest.includes(date) ? " rest" : ""}${plan.month && !date.startsWith(plan.month) ? " other" : ""}`, "data-day": date });
  box.append(el("h3", { class: "date", "aria-label": fill(labels.day, { day: S.long.format(day(date)), n: items.length }) },
    el("span", { class: "wide", text: plan.month ? String(Number(date.slice(8))) : title }), date === S.data.today ? el("span", { class: "now", text: labels.today }) : null,
    S.data.rest.includes(date) ? el("span", { class: "now", "data-rest": date, text: labels.rest }) : null));
  for (const mark of S.data.marks.filter((one) => one.day === date)) box.append(el("p", { class: `mark ${mark.kind}`, text: `${labels.marks[mark.kind] || ""} ${mark.title}` }));
  for (const band of S.data.bands.filter((one) => one.day === date)) if (!plan.month) box.append(el("p", { class: "band", text: `☾ ${band.title} ${band.start}–${band.end}` }));
  const list = el("ol", { class: "items" });
  const rows = [...shown.map((item) => ({ at: item.time, node: card(S, item) })), ...(plan.month ? [] : slots.map((slot) => ({ at: slot.time, node: free(S, slot) })))];
  rows.sort((a, b) => a.at.localeCompare(b.at)).forEach((row) => list.append(row.node));
  if (rows.length) box.append(list);
  if (shown.length < items.length) box.append(el("button", { type: "button", class: "all", "data-all": date, text: fill(labels.more, { n: items.length - shown.length }), onclick: () => { S.opened.add(date); draw(S); } }));
  if (plan.month && slots.length) box.append(el("p", { class: "slots", text: fill(labels.free, { n: slots.length }) }));
  return target(S, box, date, null);
}

function free(S, slot) {
  const node = el("li", { class: "slot" }, el("span", { text: fill(S.data.labels.slot, { time: clock(S, slot.time), account: slot.account }) }));
  return target(S, node, slot.day, slot.time);
}

function draw(S) {
  overlay(S);
  const plan = span(S);
  if (!S.items.some((item) => item.id === S.roving)) S.roving = S.items.length ? S.items[0].id : null;
  const focused = S.root.activeElement && S.root.activeElement.dataset ? S.root.activeElement.dataset.item : null;
  const kind = plan.list ? "list" : S.data.view;
  const heads = kind === "month" ? el("div", { class: "heads", "aria-hidden": "true" }, ...plan.days.slice(0, 7).map((date) => el("span", { text: S.head.format(day(date)) }))) : null;
  const grid = el("ol", { class: `grid ${kind}`, "aria-label": S.data.labels.grid });
  for (const date of plan.days) grid.append(cell(S, date, plan));
  const before = plan.list && !early(S) && S.items.some((item) => item.day < S.data.today)
    ? el("button", { type: "button", class: "all", "data-earlier": "", text: S.data.labels.earlier, onclick: () => { S.early = true; draw(S); } }) : null;
  S.place.replaceChildren(...[heads, before, plan.days.length ? grid : el("p", { class: "empty", text: S.data.labels.empty })].filter(Boolean));
  if (focused) focus(S, focused);
  state(S);
}

function focus(S, id) {
  const find = () => S.place.querySelector(`[data-item="${CSS.escape(id)}"]`);
  const item = S.items.find((one) => one.id === id);
  if (item && !find()) { S.opened.add(item.day); draw(S); } // it stands under "more" of its day
  const face = find();
  if (face) { S.roving = id; face.focus(); }
}

// The dialog cannot give the focus back itself: it looks for it outside of this shadow root.
function reschedule(S, id) {
  let seen = false, left = 40;
  S.trigger("reschedule", id);
  clearInterval(S.asked);
  S.asked = setInterval(() => {
    const open = document.querySelector('[role="dialog"]');
    seen ||= Boolean(open);
    if (open || (!seen && left--)) return;
    clearInterval(S.asked);
    if (seen && document.activeElement === document.body) focus(S, id);
  }, 150);
}

function move(S, item, date, time) {
  S.drag = null;
  if (date < S.data.today) return speak(S, S.data.labels.past);
  if (date === item.day && (!time || time === item.time)) return draw(S);
  const before = S.outbox.list().filter((op) => op.kind === "move" && op.ids.includes(item.id)).pop();
  const seen = before ? { after: before.op } : { v: { [item.id]: item.v } };
  S.outbox.add({ kind: "move", ids: [item.id], day: date, ...(time ? { time } : {}), ...seen });
  draw(S);
}

function choose(S, id, on) {
  on ? S.picked.add(id) : S.picked.delete(id);
  S.anchor = id;
  S.set("picked", [...S.picked]);
  speak(S, fill(S.data.labels.chosen, { n: S.picked.size }));
  draw(S);
}

function step(S, item, days, key) {
  if (!S.held) {
    const at = S.items.findIndex((one) => one.id === item.id);
    if (key === "Home" || key === "End") {
      const first = plus(item.day, -((day(item.day).getUTCDay() + 7 - S.data.week_start) % 7));
      const week = S.items.filter((one) => one.day >= first && one.day < plus(first, 7));
      return focus(S, week[key === "Home" ? 0 : week.length - 1].id);
    }
    const sideways = Math.abs(days) === 1 && !["ArrowUp", "ArrowDown"].includes(key);
    if (!sideways || S.narrow || S.data.view === "list") return focus(S, S.items[Math.max(0, Math.min(S.items.length - 1, at + Math.sign(days)))].id);
    const next = days > 0 ? S.items.find((one) => one.day > item.day) : [...S.items].reverse().find((one) => one.day < item.day);
    if (next) { const row = S.items.find((one) => one.day === next.day); if (S.data.view === "month") S.opened.add(next.day); draw(S); focus(S, row.id); }
    return undefined;
  }
  const date = plus(S.held.day, days);
  if (date < S.data.today) return speak(S, S.data.labels.past);
  S.held.day = date;
  draw(S);
  focus(S, item.id);
  speak(S, S.long.format(day(date)));
  return undefined;
}

function keys(S, event, item) {
  const { labels } = S.data;
  const arrows = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: 0, End: 0 };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const stop = () => { event.preventDefault(); event.stopPropagation(); };
  if (key in arrows) { stop(); step(S, item, arrows[key], key); }
  else if (S.held && key === "Enter") {
    stop();
    const real = { ...item, day: S.held.from };
    const to = S.held.day;
    S.held = null;
    move(S, real, to, null);
    focus(S, item.id);
  } else if (S.held && key === "Escape") { stop(); S.held = null; draw(S); focus(S, item.id); speak(S, labels.put_back); }
  else if (key === "m") {
    stop();
    if (!S.data.may_move || !item.movable) return speak(S, item.why_not || labels.not_movable);
    S.held = { id: item.id, day: item.day, from: item.day };
    draw(S); focus(S, item.id);
    speak(S, fill(labels.held, { title: item.title }));
  } else if (key === "t" && item.movable) { stop(); reschedule(S, item.id); }
  else if (key === " ") {
    stop();
    if (event.shiftKey && S.anchor) {
      const from = S.items.findIndex((one) => one.id === S.anchor), to = S.items.findIndex((one) => one.id === item.id);
      if (from >= 0) S.items.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => S.picked.add(one.id));
    }
    choose(S, item.id, event.shiftKey || !S.picked.has(item.id));
    focus(S, item.id);
  }
}

function state(S) {
  const { labels } = S.data;
  const waiting = S.outbox.list().length;
  const words = S.outbox.offline() ? fill(labels.offline, { n: waiting }) : waiting ? labels.saving : S.saved ? labels.saved : "";
  S.status.textContent = words;
  S.status.dataset.status = S.outbox.offline() ? "offline" : waiting ? "saving" : "saved";
}

export default function (component) {
  const { data: [data], parentElement: root, setStateValue, setTriggerValue } = component;
  let S = SEATS.get(root);
  if (!S) {
    S = { root, rev: null, picked: new Set(), opened: new Set(), held: null, drag: null, roving: null, anchor: null, narrow: false, saved: false, data };
    SEATS.set(root, S);
    S.status = el("p", { class: "status", "data-status": "" });
    S.live = el("div", { class: "quiet", role: "status", "aria-live": "polite" });
    S.place = el("div", {});
    S.hint = el("p", { class: "hint" });
    root.querySelector(".discreet-calendar").append(S.status, S.place, S.hint, S.live);
    S.outbox = makeOutbox(data.scope, "calendar", () => state(S));
    S.watch = new ResizeObserver(([entry]) => {
      const narrow = entry.contentRect.width < 640;
      if (narrow !== S.narrow) { S.narrow = narrow; draw(S); }
    });
  }
  S.data = data;
  S.set = setStateValue;
  S.trigger = setTriggerValue;
  S.hint.textContent = matchMedia("(hover: none) and (pointer: coarse)").matches ? data.labels.touch : data.labels.hint;
  const done = S.outbox.settle(data.acked);
  if (done.length) S.saved = true;
  for (const one of done) speak(S, one.ok ? one.reason || data.labels.moved : fill(data.labels.refused, { reason: one.reason || "" }));
  if (data.clear_picked && data.clear_picked !== S.cleared) { S.cleared = data.clear_picked; S.picked.clear(); S.rev = null; }
  if (S.rev !== data.rev || done.length) { S.rev = data.rev; names(S); draw(S); }
  S.watch.observe(root.querySelector(".discreet-calendar"));
  S.outbox.bind((ops) => S.set("ops", ops));
  return () => { clearInterval(S.asked); S.outbox.stop(); S.watch.disconnect(); SEATS.delete(root); };
}
