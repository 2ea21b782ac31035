// How the checklist's findings are drawn: a card each, and one card for all that is told of one person. Joined with composer.js.
function reason(S, ...findings) {
  const { labels } = S.data, [{ id }] = findings;
  const why = el("details", { open: S.opened.has(id) }, el("summary", { text: labels.why, "data-focus": `why:${id}` }));
  why.ontoggle = () => (why.open ? S.opened.add(id) : S.opened.delete(id));
  for (const { why: text, source } of findings) {
    why.append(el("p", { text }));
    if (!source) continue;
    const safe = /^https:\/\//.test(source.url || "");
    why.append(el("p", { class: "source" }, `${labels.source} `, safe ? el("a", { href: source.url, target: "_blank", rel: "noreferrer noopener", text: source.title }) : source.title));
  }
  return why;
}

function use(S, finding, remove = null) {
  const { data: { labels, readonly } } = S, hint = finding.suggestion;
  if (!hint || readonly) return null;
  const words = hint.text ? fill(labels.apply, { text: hint.text.length > 200 ? `${hint.text.slice(0, 199)}…` : hint.text }) : remove || labels.remove;
  const told = remove ? `${words}: “${finding.quote}”` : null; // one of many such buttons on a card: by ear it has to say which words
  return el("button", { type: "button", "aria-label": told, "data-apply": finding.id, "data-focus": `apply:${finding.id}`, text: words, onclick: () => take(S, finding) });
}

function asked(S, finding) {
  const { question } = finding;
  if (!question) return null;
  if (!question.answers.length) return el("p", { class: "think", text: question.text });
  return el("fieldset", {}, el("legend", { text: question.text }), ...question.answers.map((answer) => el("label", {}, el("input", {
    type: "radio", name: `q-${finding.id}`, value: answer.key, checked: finding.answer === answer.key, disabled: S.data.readonly, "data-focus": `q:${finding.id}:${answer.key}`,
    onchange: () => S.outbox.add({ kind: "answer", ids: [finding.id], key: answer.key }) }), answer.label)));
}

function quoted(S, finding) {
  return finding.quote ? el("button", { type: "button", class: "quote", "data-focus": `quote:${finding.id}`, title: S.data.labels.show, onclick: () => select(S, finding.id), text: `“${finding.quote}”` }) : null;
}

function actions(...buttons) {
  const some = buttons.filter(Boolean);
  return some.length ? el("div", { class: "actions" }, ...some) : null;
}

function row(S, finding) {
  const { labels, readonly } = S.data;
  const dismiss = finding.level !== "advise" || readonly ? null
    : el("button", { type: "button", class: "plain", "data-dismiss": finding.id, text: labels.dismiss, onclick: () => S.outbox.add({ kind: "dismiss", ids: [finding.id] }) });
  return el("li", { class: `finding ${finding.level}${finding.cleared ? " cleared" : ""}`, "data-finding": finding.id },
    el("div", { class: "head" }, el("span", { class: "badge", text: finding.cleared ? labels.cleared : labels.levels[finding.level] }), quoted(S, finding)),
    el("p", { class: "message", text: finding.message }), asked(S, finding), actions(use(S, finding), dismiss), reason(S, finding));
}

function person(S, several) {
  const { labels } = S.data, [first] = several;
  const whole = several.find((finding) => finding.suggestion && finding.suggestion.whole);
  const told = several.map((finding) => el("li", { "data-finding": finding.id }, el("span", {}, quoted(S, finding), ` ${finding.short}`), finding === whole ? null : use(S, finding, labels.take_out)));
  const reasons = new Map(several.map((finding) => [finding.why, finding])).values();
  return el("li", { class: `finding ${first.level}`, "data-card": first.card },
    el("div", { class: "head" }, el("span", { class: "badge", text: labels.levels[first.level] }), el("span", { class: "about", text: labels.person })),
    el("ul", { class: "told" }, ...told), ...several.map((finding) => asked(S, finding)), whole ? actions(use(S, whole)) : null, reason(S, ...reasons));
}

function cards(S, findings) {
  const drawn = new Set();
  return findings.map((finding) => {
    if (!finding.card) return row(S, finding);
    if (drawn.has(finding.card)) return null;
    drawn.add(finding.card);
    return person(S, findings.filter((one) => one.card === finding.card));
  });
}

function take(S, finding) {
  const hint = finding.suggestion;
  const mark = S.marks.find((one) => one.id === finding.id);
  const shift = mark ? mark.shift : 0;
  const fits = S.text.slice(hint.start + shift, hint.end + shift) === hint.was;
  if (fits) { replace(S, hint.start + shift, hint.end + shift, hint.text); say(S, S.data.labels.applied); } else say(S, S.data.labels.moved_on);
  S.outbox.add({ kind: fits ? "applied" : "stale", ids: [finding.id] });
}
