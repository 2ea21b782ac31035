const SEATS = new WeakMap();
// What was typed lies here, in the tab's memory, until the server has acknowledged it, also when its page is left (courier.js).
const POST = (window.discreetPost ??= { unsent: new Map(), open: new Set(), wake: null });
const REST_MS = 250;
const LEVELS = { block: 0, ask: 1, advise: 2 };
const SEGMENTS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const LINKS = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]]/gi;
const BARE = /(?<![@\w./-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|int|io|co|uk|us|ca|au|ie|nz|eu|de|info|health|care|app)(?:\/[^\s]*)?(?![\w@])/gi;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const light = (code) => code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247);

function weigh(text) {
  let sum = 0;
  for (const { segment } of SEGMENTS.segment(text.normalize("NFC"))) {
    if (EMOJI.test(segment)) sum += 2;
    else for (const sign of segment) sum += light(sign.codePointAt(0)) ? 1 : 2;
  }
  return sum;
}

function measure(text, target) {
  let links = 0;
  let rest = text;
  if (target.url_weight) {
    const drop = () => { links += 1; return ""; };
    rest = rest.replace(LINKS, drop);
    if (target.unit === "weighted") rest = rest.replace(BARE, drop);
  }
  const base = target.unit === "weighted" ? weigh(rest) : target.unit === "characters" ? [...rest].length : [...SEGMENTS.segment(rest)].length;
  return base + links * (target.url_weight || 0);
}

function parts(text) {
  const found = text.split(/^[ \t]*---[ \t]*$/m).map((part) => part.trim()).filter(Boolean);
  return found.length ? found : [""];
}

function build(S, root) {
  S.status = el("span", { class: "status", "data-status": "" });
  S.live = el("div", { class: "quiet", role: "status", "aria-live": "polite" });
  S.mirror = el("div", { class: "mirror", "aria-hidden": "true" });
  S.area = el("textarea", { "data-text": "", spellcheck: "true", rows: "8" });
  S.counts = el("ul", { class: "counts" });
  S.panel = el("section", { class: "panel", "data-panel": "" });
  S.title = el("label", { for: "composer-text", class: "title" });
  S.area.id = "composer-text";
  S.parts = el("ol", { class: "parts" });
  S.differs = el("div", { class: "differs", "data-differs": "" });
  S.keys = el("p", { class: "keys" });
  root.append(el("div", { class: "layout" },
    el("div", { class: "editor" }, el("div", { class: "top" }, S.title, S.status), el("div", { class: "box" }, S.mirror, S.area), S.counts, S.parts, S.differs, S.keys),
    S.panel), S.live);
  S.area.oninput = () => typed(S);
  S.area.onblur = () => flush(S);
  S.area.onkeydown = (event) => keys(S, event);
  S.area.onclick = S.area.onkeyup = () => here(S);
}

function typed(S) {
  const now = S.area.value, old = S.text;
  let head = 0, tail = 0;
  const most = Math.min(now.length, old.length);
  while (head < most && now[head] === old[head]) head += 1;
  while (tail < most - head && now[now.length - 1 - tail] === old[old.length - 1 - tail]) tail += 1;
  const cut = old.length - tail, by = now.length - old.length;
  for (const mark of S.marks) if (mark.start >= cut) { mark.start += by; mark.end += by; mark.shift += by; }
  S.text = now;
  S.seq += 1;
  hold(S);
  clearTimeout(S.rest);
  paint(S);
  schedule(S);
  state(S);
}

// The rest of the page follows when the typing rests: drawing it with every mark would make the marks wait.
function follow(S, ms) {
  clearTimeout(S.rest);
  S.rest = setTimeout(() => { S.behind = false; if (window.discreetWritten) window.discreetWritten(uuid()); }, ms);
}

function hold(S) {
  POST.unsent.set(`${S.doc} ${S.mount}`, { doc: S.doc, mount: S.mount, base: S.base, seq: S.seq, text: S.text });
}

function earlier(S) {
  return [...POST.unsent.values()].filter((one) => one.doc !== S.doc || one.mount !== S.mount);
}

function schedule(S) {
  const now = performance.now();
  if (S.first === null) S.first = now;
  clearTimeout(S.timer);
  const wait = Math.max(0, Math.min(S.data.debounce_ms, S.first + S.data.max_wait_ms - now));
  S.timer = setTimeout(() => flush(S), wait);
}

function flush(S) {
  clearTimeout(S.timer);
  clearTimeout(S.again);
  S.first = null;
  const before = earlier(S);
  if (S.seq <= S.kept && !before.length) return;
  S.send("draft", {
    doc: S.doc, mount: S.mount, base: S.base, seq: S.seq, text: S.text, sel: S.area.selectionStart,
    earlier: before,
  });
  S.again = setTimeout(() => { S.tries += 1; state(S); flush(S); }, RETRY_MS);
}

function open(S, data) {
  S.doc = data.doc;
  S.text = S.area.value = data.text;
  S.seq = S.kept = data.seq;
  S.base = data.version;
  S.shown = null;
  resume(S);
  if (S.seq > S.kept || earlier(S).length) flush(S);
}

// Whoever comes back to a text before its last words have arrived goes on from those words.
function resume(S) {
  for (const [key, old] of POST.unsent) {
    if (old.doc !== S.doc || (old.mount !== S.mount && POST.open.has(old.mount))) continue;
    POST.unsent.delete(key);
    S.text = S.area.value = old.text;
    S.base = old.base;
    S.seq = Math.max(S.seq, old.seq) + 1;
    hold(S);
  }
}

function settle(S, data) {
  for (const one of data.kept || []) {
    const held = POST.unsent.get(`${one.doc} ${one.mount}`);
    if (held && one.seq >= held.seq) POST.unsent.delete(`${one.doc} ${one.mount}`);
    if (one.doc === S.doc && one.mount === S.mount && one.seq > S.kept) { S.kept = one.seq; S.base = data.version; S.tries = 0; S.behind = true; }
  }
  if (S.seq <= S.kept && !earlier(S).length) clearTimeout(S.again);
  const answered = S.outbox.settle(data.acked);
  for (const done of answered) if (!done.ok) say(S, fill(S.data.labels.refused, { reason: done.reason || "" }));
  if (answered.length || S.behind) follow(S, answered.length ? 0 : REST_MS);
}

function edits(S, data) {
  for (const edit of data.edits || []) {
    if (S.edited.has(edit.op)) continue;
    S.edited.add(edit.op);
    const fits = S.text.slice(edit.start, edit.end) === edit.was;
    if (fits) replace(S, edit.start, edit.end, edit.text);
    S.outbox.add({ kind: fits ? "applied" : "stale", ids: [edit.op] });
  }
}

function replace(S, start, end, text) {
  S.area.focus({ preventScroll: true });
  S.area.setSelectionRange(start, end);
  // execCommand is the only way that leaves the browser's own undo working
  const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!done) { S.area.setRangeText(text, start, end, "end"); typed(S); }
}

function adopt(S, data) {
  const fresh = data.checked_seq === S.seq;
  if (!fresh && S.marks.length) return;
  S.marks = data.findings.filter((f) => f.end > f.start).map((f) => ({ id: f.id, level: f.level, start: f.start, end: f.end, quote: f.quote, shift: 0 }));
}

function paint(S) {
  S.mirror.textContent = "";
  let at = 0;
  const live = S.marks.filter((mark) => S.text.slice(mark.start, mark.end) === mark.quote);
  live.sort((a, b) => a.start - b.start || LEVELS[a.level] - LEVELS[b.level] || b.end - a.end);
  for (const mark of live) {
    if (mark.start < at) continue;
    S.mirror.append(S.text.slice(at, mark.start), el("mark", { class: mark.level, "data-mark": mark.id, text: mark.quote }));
    at = mark.end;
  }
  S.mirror.append(S.text.slice(at) + "\n");
  S.order = live;
  tally(S);
}

function tally(S) {
  const { targets, labels, counts, checked_seq: checked } = S.data;
  const texts = parts(S.text);
  const items = targets.map((target) => {
    const server = checked === S.seq ? (counts || {})[target.account] : null;
    const used = server || texts.map((text) => measure(text, target));
    const worst = used.reduce((best, n, i) => (n > used[best] ? i : best), 0);
    const over = used[worst] - target.limit;
    const bytes = target.bytes_limit ? Math.max(...texts.map((text) => new TextEncoder().encode(text).length)) : 0;
    const heavy = target.bytes_limit && bytes > target.bytes_limit;
    const words = over > 0 ? fill(labels.over, { n: over }) : heavy ? labels.too_heavy : fill(labels.left, { n: -over });
    const part = used.length > 1 ? fill(labels.part, { n: worst + 1, of: used.length }) : "";
    const share = Math.min(1, used[worst] / target.limit);
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", { style: `inline-size:${Math.round(share * 100)}%` }));
    return el("li", { class: over > 0 || heavy ? "over" : share > 0.9 ? "near" : "", "data-count": target.account, "data-used": String(used[worst]) },
      el("span", { class: "name", text: target.name }), bar,
      el("span", { class: "figure", text: `${used[worst]} / ${target.limit}` }), el("span", { class: "left", text: [part, words, target.cost].filter(Boolean).join(" · ") }));
  });
  S.counts.replaceChildren(...items);
  thread(S, texts);
}

function thread(S, texts) {
  const { labels, targets } = S.data;
  S.parts.hidden = texts.length < 2;
  S.parts.setAttribute("aria-label", labels.parts);
  if (texts.length < 2) return S.parts.replaceChildren();
  let at = 0;
  return S.parts.replaceChildren(...texts.map((text, i) => {
    const from = S.text.indexOf(text, at), to = from + text.length;
    at = to;
    const mine = S.order.filter((mark) => mark.start >= from && mark.start < to);
    const worst = mine.length ? Object.keys(LEVELS).find((level) => mine.some((mark) => mark.level === level)) : null;
    const over = targets.map((target) => [measure(text, target) - target.limit, target]).filter(([n]) => n > 0);
    const words = [...over.map(([n, target]) => `${target.name}: ${fill(labels.over, { n })}`), worst ? labels.levels[worst] : labels.part_clear].join(" · ");
    return el("li", { class: over.length ? "over" : worst || "clear", "data-part": String(i + 1) },
      el("b", { text: fill(labels.part_row, { n: i + 1 }) }), el("span", { class: "start", text: text.split("\n")[0].slice(0, 60) }), el("span", { class: "state", text: words }));
  }));
}

function differs(S) {
  const { changes, labels } = S.data;
  S.differs.hidden = !(changes || []).length;
  const said = { same: (text) => text, out: (text) => el("del", {}, el("span", { class: "quiet", text: labels.out }), text), in: (text) => el("ins", {}, el("span", { class: "quiet", text: labels.in }), text) };
  S.differs.replaceChildren(...(S.differs.hidden ? [] : [el("h3", { text: labels.differs }), el("p", {}, ...changes.map((one) => said[one.kind](one.text)))]));
}

function put(S, offer) {
  const gap = !S.text || S.text.endsWith("\n\n") ? "" : S.text.endsWith("\n") ? "\n" : "\n\n";
  replace(S, S.text.length, S.text.length, gap + offer.text);
  say(S, S.data.labels.applied);
}

function select(S, id) {
  const mark = S.order.find((one) => one.id === id);
  if (!mark) return false;
  S.area.focus();
  S.area.setSelectionRange(mark.start, mark.end);
  here(S);
  return true;
}

function here(S) {
  const at = S.area.selectionStart;
  const around = S.order.filter((mark) => at >= mark.start && at <= mark.end);
  const inside = around.sort((one, other) => one.end - one.start - (other.end - other.start))[0];
  for (const row of S.panel.querySelectorAll("[data-finding]")) row.classList.toggle("here", !!inside && row.dataset.finding === inside.id);
}

function keys(S, event) {
  if (event.key === "F8") {
    event.preventDefault();
    if (!S.order.length) return say(S, S.data.labels.none_to_visit);
    const at = event.shiftKey ? S.area.selectionStart : S.area.selectionEnd;
    const next = event.shiftKey ? [...S.order].reverse().find((m) => m.start < at) || S.order[S.order.length - 1] : S.order.find((m) => m.start >= at) || S.order[0];
    select(S, next.id);
    const finding = S.data.findings.find((one) => one.id === next.id);
    if (finding) say(S, `${S.data.labels.levels[finding.level]}: ${finding.message}`);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    flush(S);
    S.outbox.add({ kind: "submit", ids: [S.doc], seq: S.seq });
  }
}

function say(S, words) {
  if (S.live.textContent !== words) S.live.textContent = words;
}

function state(S) {
  const { labels, saved_at: at, readonly } = S.data;
  const waiting = S.seq > S.kept || earlier(S).length > 0;
  const mood = readonly ? "readonly" : (waiting && S.tries >= 3) || S.outbox.offline() ? "offline" : waiting || S.outbox.list().length ? "saving" : "saved";
  const words = { readonly: labels.readonly, offline: labels.offline, saving: labels.saving, saved: at ? fill(labels.saved, { at }) : "" }[mood];
  if (S.status.textContent !== words) S.status.textContent = words;
  S.status.dataset.status = mood;
  if (mood === "offline") say(S, words);
}

function list(S) {
  const { data } = S;
  const shown = JSON.stringify([data.findings, data.headings, data.summary, data.readonly, data.notes, data.offers]);
  if (shown === S.shown) return;
  const first = S.shown === null;
  S.shown = shown;
  const focused = S.root.activeElement && S.root.activeElement.dataset ? S.root.activeElement.dataset.focus : null;
  const groups = data.headings.map((heading) => el("div", { class: "group" },
    el("h3", {}, el("span", { text: heading.title }), el("span", { class: `state ${heading.level || "clear"}`, text: heading.state })),
    el("ul", {}, ...cards(S, data.findings.filter((f) => f.group === heading.key)))));
  S.panel.replaceChildren(el("h2", { text: data.labels.panel }), el("p", { class: `summary ${data.verdict}`, "data-verdict": data.verdict, text: data.summary }),
    ...(data.notes || []).map((note) => el("p", { class: "note", text: note })),
    ...(data.readonly ? [] : data.offers || []).map((offer) => el("div", { class: "offer" }, el("p", { class: "note", text: offer.about }),
      el("button", { type: "button", "data-offer": offer.id, "data-focus": `offer:${offer.id}`, text: offer.label, onclick: () => put(S, offer) }))), ...groups);
  if (focused) { const again = S.panel.querySelector(`[data-focus="${CSS.escape(focused)}"]`); if (again) again.focus({ preventScroll: true }); }
  if (!first) say(S, data.summary);
  here(S);
}

export default function (component) {
  const { data: [data], parentElement: root, setStateValue } = component;
  let S = SEATS.get(root);
  if (!S) {
    S = { root, doc: null, mount: uuid(), seq: 0, kept: 0, base: 0, text: "", marks: [], order: [], edited: new Set(), opened: new Set(), first: null, tries: 0, shown: null, data };
    SEATS.set(root, S);
    POST.open.add(S.mount);
    build(S, root.querySelector(".discreet-composer"));
    S.outbox = makeOutbox(data.scope, "composer", () => state(S));
  }
  S.data = data;
  S.send = setStateValue;
  S.title.textContent = data.labels.title;
  S.keys.textContent = data.labels.keys;
  S.area.placeholder = data.labels.placeholder;
  S.area.readOnly = !!data.readonly;
  if (S.doc !== data.doc) { S.marks = []; open(S, data); }
  settle(S, data);
  adopt(S, data);
  paint(S);
  list(S);
  differs(S);
  edits(S, data);
  state(S);
  S.outbox.bind((ops) => S.send("ops", ops));
  window.onbeforeunload = (event) => { if (S.seq > S.kept) { flush(S); event.preventDefault(); } };
  window.onpagehide = () => flush(S);
  if (data.focus_seq && data.focus_seq !== S.focused) { S.focused = data.focus_seq; S.area.focus(); }
  return () => {
    clearTimeout(S.timer);
    clearTimeout(S.rest);
    clearTimeout(S.again);
    S.outbox.stop();
    window.onbeforeunload = window.onpagehide = null;
    SEATS.delete(root);
    POST.open.delete(S.mount);
    if (POST.wake) POST.wake();
  };
}
