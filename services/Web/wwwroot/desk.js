// Desk's own script, no framework. Pages work without it; it only makes them quicker to use.
const language = document.documentElement.lang;
const say = (sv, en) => language === "sv" ? sv : en;
// The server's clock, so that a wrong computer clock does not make a ticket late.
const skew = Number(document.documentElement.dataset.now || Date.now()) - Date.now();
const now = () => Date.now() + skew;

function duration(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000), h = say("tim", "h");
  if (minutes < 1) return `${Math.floor(Math.abs(ms) / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return minutes % 60 ? `${Math.floor(minutes / 60)} ${h} ${minutes % 60} min` : `${minutes / 60} ${h}`;
  const hours = Math.floor(minutes / 60) % 24;
  return `${Math.floor(minutes / 1440)} d${hours ? ` ${hours} ${h}` : ""}`;
}

// A clock draws itself in its shadow: the page's own renderer never sees the text change.
class DeskClock extends HTMLElement {
  static observedAttributes = ["due", "met", "missed", "paused"];
  static all = new Set();
  connectedCallback() { if (!this.shadowRoot) this.attachShadow({ mode: "open" }); DeskClock.all.add(this); this.draw(); }
  disconnectedCallback() { DeskClock.all.delete(this); }
  attributeChangedCallback() { if (this.shadowRoot) this.draw(); }
  draw() {
    const due = Date.parse(this.getAttribute("due")), met = this.getAttribute("met"), paused = this.hasAttribute("paused"), missed = this.hasAttribute("missed");
    let text = "–", state = "none";
    if (met) [text, state] = missed ? [say("✓ sent", "✓ late"), "late"] : [say("✓ i tid", "✓ in time"), "met"];
    else if (paused) [text, state] = [say("Ⅱ vilar", "Ⅱ paused"), "paused"];
    else if (!Number.isNaN(due)) {
      const left = due - now();
      [text, state] = left < 0 ? [say(`${duration(left)} sent`, `${duration(left)} late`), "over"] : [say(`${duration(left)} kvar`, `${duration(left)} left`), left < 30 * 60000 ? "soon" : "ok"];
    }
    if (this.dataset.state !== state) this.dataset.state = state;
    if (this.shadowRoot.textContent !== text) this.shadowRoot.textContent = text;
  }
}
customElements.define("desk-clock", DeskClock);
setInterval(() => { if (!document.hidden) for (const clock of DeskClock.all) clock.draw(); }, 1000);

// Suggestions while the subject is written.
const subject = document.querySelector("[data-suggest]");
if (subject) {
  const box = document.getElementById(subject.dataset.suggest);
  let waiting, last = "";
  subject.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const text = subject.value.trim();
      if (text === last) return;
      last = text;
      if (text.length < 4) { box.hidden = true; return; }
      try {
        const answer = await fetch(`/api/v1/knowledge/search?q=${encodeURIComponent(text)}&prefer=${subject.dataset.language}&typing=true&limit=3`, { headers: { accept: "application/json" } });
        if (!answer.ok || text !== subject.value.trim()) return;
        show((await answer.json()).items ?? []);
      } catch { /* No suggestions, then. */ }
    }, 180);
  });
  function show(items) {
    box.replaceChildren();
    box.hidden = items.length === 0;
    if (!items.length) return;
    const title = document.createElement("h2");
    title.textContent = box.dataset.title;
    const list = document.createElement("ul");
    list.role = "list";
    for (const item of items) {
      const line = document.createElement("li"), link = document.createElement("a"), name = document.createElement("b"), text = document.createElement("span");
      link.href = `/help/${encodeURIComponent(item.slug)}`;
      link.target = "_blank";
      link.addEventListener("click", () => reading(item.slug));
      name.textContent = item.title;
      text.textContent = (item.snippet ?? "").replace(/<[^>]*>/g, "");
      link.append(name, text); line.append(link); list.append(line);
    }
    box.append(title, list);
  }
}

// Whether an article helped somebody who began to write: how it ended is told without who, when this page goes. What is between lives in this browser alone.
const visit = { slug: "", since: 0, sent: false };
const count = (slug, outcome) => navigator.sendBeacon("/visits", `${slug} ${outcome}`);
function reading(slug) { visit.slug = slug; visit.since = Date.now(); localStorage.removeItem(`desk-solved ${slug}`); }
if (subject) {
  subject.form.addEventListener("submit", () => visit.sent = true);
  addEventListener("pagehide", () => {
    // Opened and left at once is not read; and who has said that it solved it is counted already.
    const { slug } = visit, solved = slug && localStorage.getItem(`desk-solved ${slug}`);
    if (slug) localStorage.removeItem(`desk-solved ${slug}`);
    if (slug && !solved && (visit.sent || Date.now() - visit.since >= 10000)) count(slug, visit.sent ? "asked" : "left");
    visit.slug = "";
  });
}
const read = document.querySelector("[data-article]");
if (read && !location.search.includes("said=")) {
  count(read.dataset.article, "read");
  read.querySelector("button[name=helped][value=true]")?.addEventListener("click", () => localStorage.setItem(`desk-solved ${read.dataset.article}`, "1"));
}

for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }

document.addEventListener("click", event => { if (event.target.closest("[data-prints]")) print(); });

// A text that is not sent yet is kept in this browser, under the ticket it is for.
customElements.define("desk-draft", class extends HTMLElement {
  connectedCallback() {
    queueMicrotask(() => {
      const area = this.querySelector("textarea"), name = () => `desk-draft ${this.getAttribute("key")}`;
      if (!area) return;
      const kept = localStorage.getItem(name());
      if (kept && !area.value) { area.value = kept; area.dispatchEvent(new Event("change", { bubbles: true })); }
      area.addEventListener("input", () => area.value ? localStorage.setItem(name(), area.value) : localStorage.removeItem(name()));
    });
  }
  // The page counts up when it is sent: until then, whatever happens on the way, the draft is kept.
  static observedAttributes = ["sent"];
  attributeChangedCallback(_, before) { if (before !== null) localStorage.removeItem(`desk-draft ${this.getAttribute("key")}`); }
});

// A letter's frame is as tall as the letter, up to a few screens; its pictures may come later and make it taller.
const letters = new ResizeObserver(entries => { for (const { target } of entries) fit(target.ownerDocument.defaultView?.frameElement); });
function fit(frame) {
  const root = frame?.contentDocument?.documentElement, body = frame?.contentDocument?.body;
  if (!body) return;
  // Letters are laid out for a window: one that is wider than its frame is drawn smaller, as phones do.
  body.style.zoom = 1;
  const wide = root.scrollWidth / root.clientWidth;
  if (wide > 1.01) body.style.zoom = Math.max(1 / wide, .45);
  frame.style.height = `${Math.min(Math.max(root.offsetHeight + 2, 60), 2400)}px`;
}
function watch(frame) { if (frame.contentDocument?.body?.childElementCount || frame.contentDocument?.body?.textContent) { fit(frame); letters.observe(frame.contentDocument.body); } }
document.addEventListener("load", event => { if (event.target.matches?.("iframe.mail")) watch(event.target); }, true);
for (const frame of document.querySelectorAll("iframe.mail")) watch(frame);
document.addEventListener("click", event => { const hider = event.target.closest("[data-hides]"); if (hider) setTimeout(() => hider.parentElement.hidden = true); });

// Nobody waits for ever: what has not come by now is not on its way.
customElements.define("desk-wait", class extends HTMLElement {
  connectedCallback() {
    this.limit = setTimeout(() => {
      this.removeAttribute("aria-busy");
      for (const part of this.children) part.hidden = !part.hidden;
    }, Number(this.getAttribute("limit") ?? 20000));
  }
  disconnectedCallback() { clearTimeout(this.limit); }
});

// Files to send: chosen, dropped or pasted, again and again; each can be let go.
customElements.define("desk-files", class extends HTMLElement {
  connectedCallback() {
    this.files = [];
    this.gone = new AbortController();
    const signal = this.gone.signal, zone = this.closest("form") ?? this;
    const carries = event => event.dataTransfer?.types.includes("Files");
    // Before the page's own listener: it reads the input when this has put all of them there.
    this.addEventListener("change", event => { if (this.telling) return; this.keep([...this.files, ...event.target.files]); }, { capture: true, signal });
    zone.addEventListener("dragover", event => { if (carries(event)) { event.preventDefault(); zone.classList.add("dropping"); } }, { signal });
    zone.addEventListener("dragleave", event => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("dropping"); }, { signal });
    zone.addEventListener("drop", event => { zone.classList.remove("dropping"); if (carries(event)) { event.preventDefault(); this.take(event.dataTransfer.files); } }, { signal });
    zone.addEventListener("paste", event => { if (event.clipboardData?.files.length && !event.clipboardData.types.includes("text/plain")) { event.preventDefault(); this.take(event.clipboardData.files); } }, { signal });
  }
  disconnectedCallback() { this.gone.abort(); }
  get input() { return this.querySelector("input[type=file]"); }
  take(files) { this.keep([...this.files, ...files]); this.tell(); }
  tell() { this.telling = true; this.input.dispatchEvent(new Event("change", { bubbles: true })); this.telling = false; }
  keep(files) {
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
    this.files = files.filter((file, at) => files.findIndex(other => same(file, other)) === at);
    const all = new DataTransfer();
    for (const file of this.files) all.items.add(file);
    this.input.files = all.files;
    this.draw();
  }
  draw() {
    const list = this.querySelector(".picked"), size = bytes => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1048576).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
    list.replaceChildren(...this.files.map(file => {
      const line = document.createElement("li"), name = document.createElement("span"), much = document.createElement("span"), off = document.createElement("button");
      name.className = "clip"; name.textContent = file.name;
      much.className = "soft"; much.textContent = size(file.size);
      off.type = "button"; off.textContent = "✕"; off.ariaLabel = `${this.dataset.remove} ${file.name}`;
      off.addEventListener("click", () => {
        const at = this.files.indexOf(file);
        this.keep(this.files.filter(other => other !== file));
        this.tell();
        (list.querySelectorAll("button")[Math.min(at, this.files.length - 1)] ?? this.input).focus();
      });
      line.append(name, much, off);
      return line;
    }));
    const tooMany = this.files.reduce((sum, file) => sum + file.size, 0) > Number(this.dataset.most);
    this.input.setCustomValidity(tooMany ? this.dataset.many : "");
    if (tooMany) { const line = document.createElement("li"); line.className = "error"; line.role = "alert"; line.textContent = this.dataset.many; list.append(line); }
  }
});

// When the circuit is lost: say so, try again, and when the server no longer knows it, come back to the same page. Drafts are kept.
const lost = document.getElementById("components-reconnect-modal");
async function comeBack() {
  for (;;) {
    try { if ((await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" })).status < 500) { location.reload(); return; } } catch { /* Not there yet. */ }
    await new Promise(done => setTimeout(done, 2000));
  }
}
lost?.addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  lost.classList.toggle("gone", state === "failed");
  if (state === "hide") lost.close();
  else if (state === "rejected") comeBack();
  else if (!lost.open) lost.show();
});
document.addEventListener("click", event => { if (event.target.closest("[data-reconnects]")) { lost.classList.remove("gone"); comeBack(); } });

// Dialogs: who opens and who closes is written on the buttons.
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("[autofocus], textarea, input, select")?.focus();
}
document.addEventListener("click", event => {
  const opener = event.target.closest("[data-opens]"), closer = event.target.closest("[data-closes]");
  if (opener) open(document.getElementById(opener.dataset.opens));
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches("dialog[open]")) event.target.close();
});
document.addEventListener("submit", event => event.target.closest("dialog")?.close(), true);

// Keys. An element that is seen, or stands in a closed menu, says which key presses it: data-key="r", "ctrl+k", or two in a row, "g m". Fields are given the focus.
let first = "";
function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(e => e.checkVisibility() || e.closest("[popover]"));
  if (!found) return false;
  if (found.matches("input, textarea, select")) { found.focus(); found.select?.(); }
  else { found.click(); if (found.dataset.focus) document.getElementById(found.dataset.focus)?.focus(); }
  return true;
}
function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] a.row")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement), current = rows.findIndex(r => r.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, (at >= 0 ? at : current) + step))];
  next.focus(); next.scrollIntoView({ block: "nearest" });
  return true;
}
document.addEventListener("keydown", event => {
  if (event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest?.("form[data-ctrl-enter]");
    if (form) { event.preventDefault(); event.target.dispatchEvent(new Event("change", { bubbles: true })); form.requestSubmit(); }
    return;
  }
  const list = event.target.closest?.("[data-arrows]");
  if (list && (event.key === "ArrowDown" || event.key === "ArrowUp" || event.key === "Enter" && event.target.matches("input"))) {
    const links = [...list.querySelectorAll("a")];
    if (event.key === "Enter") links[0]?.click();
    else { const at = links.indexOf(document.activeElement); (links[at + (event.key === "ArrowDown" ? 1 : -1)] ?? list.querySelector("input"))?.focus(); }
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    if (press(`ctrl+${event.key.toLowerCase()}`)) event.preventDefault();
    return;
  }
  if (event.key === "Escape" && event.target.matches("textarea, input")) { event.target.blur(); return; }
  if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const done = first ? press(`${first} ${key}`) : key === "j" ? move(1) : key === "k" ? move(-1) : key.length === 1 && press(key);
  if (done) event.preventDefault();
  first = !first && !done && key === "g" ? "g" : "";
  if (first) setTimeout(() => first = "", 1200);
});

// One press, one post.
document.addEventListener("submit", event => {
  if (event.target.matches("form[method=post]") && !event.defaultPrevented) setTimeout(() => event.target.querySelectorAll("button").forEach(b => b.disabled = true));
});
addEventListener("pageshow", event => { if (event.persisted) document.querySelectorAll("form[method=post] button").forEach(b => b.disabled = false); });
