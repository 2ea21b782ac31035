// Shared by both components: writes wait here until the server acknowledges them; ids and times only, never text.
const uuid = () => {
  const b = crypto.getRandomValues(new Uint8Array(16));
  return [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
};
const el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node[name] = value;
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
const fill = (words, values) => (words || "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const RETRY_MS = 3000;

function makeOutbox(scope, name, notify) {
  const key = `discreet:${scope}:${name}`;
  let ops = [], send = null, timer = null, tries = 0;
  try {
    for (const other of Object.keys(sessionStorage)) {
      if (other.startsWith("discreet:") && !other.startsWith(`discreet:${scope}:`)) sessionStorage.removeItem(other);
    }
    ops = JSON.parse(sessionStorage.getItem(key) || "[]");
  } catch { ops = []; }
  const keep = () => {
    try { ops.length ? sessionStorage.setItem(key, JSON.stringify(ops)) : sessionStorage.removeItem(key); } catch { /* storage is off: the tab's memory has to do */ }
  };
  const push = () => {
    clearTimeout(timer);
    if (!ops.length || !send) return;
    send(ops);
    timer = setTimeout(() => { tries += 1; notify(); push(); }, RETRY_MS);
  };
  return {
    list: () => ops,
    offline: () => tries >= 3 && ops.length > 0,
    bind(fn) { const first = send === null; send = fn; if (first) push(); },
    add(op) {
      const full = { op: uuid(), ...op };
      ops = [...ops, full];
      tries = 0;
      keep(); push(); notify();
      return full;
    },
    settle(acked) {
      const answers = new Map((acked || []).map((answer) => [answer.op, answer]));
      const done = ops.filter((op) => answers.has(op.op)).map((op) => ({ ...op, ...answers.get(op.op) }));
      if (done.length) {
        ops = ops.filter((op) => !answers.has(op.op));
        tries = 0;
        keep();
        if (!ops.length) clearTimeout(timer);
      }
      return done;
    },
    stop() { clearTimeout(timer); },
  };
}
