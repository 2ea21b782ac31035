// On every page: brings what was typed and not yet acknowledged when its page was left, again and again until it has arrived. Streamlit drops
// a message whose run has not begun when the next one comes in. A trigger, no value: a value would come back later, and be old by then.
const POST = (window.discreetPost ??= { unsent: new Map(), open: new Set(), wake: null });
const AGAIN_MS = 1000, AT_MOST_MS = 60000;
let timer = null, tries = 0;

const left = () => [...POST.unsent.values()].filter((one) => !POST.open.has(one.mount));

const ask = (event) => { if (left().length) event.preventDefault(); };

export default function (component) {
  const { data: [data], setTriggerValue } = component;
  for (const one of data.kept) {
    const held = POST.unsent.get(`${one.doc} ${one.mount}`);
    if (held && held.seq <= one.seq) { POST.unsent.delete(`${one.doc} ${one.mount}`); tries = 0; }
  }
  POST.wake = () => {
    clearTimeout(timer);
    timer = null;
    const earlier = left();
    if (!earlier.length) return;
    setTriggerValue("draft", { earlier });
    timer = setTimeout(POST.wake, Math.min(AGAIN_MS * 2 ** tries, AT_MOST_MS));
    tries += 1;
  };
  if (timer === null) POST.wake();
  window.addEventListener("beforeunload", ask);
  return () => {
    clearTimeout(timer);
    timer = null;
    POST.wake = null;
    window.removeEventListener("beforeunload", ask);
  };
}
