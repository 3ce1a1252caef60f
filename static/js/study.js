// For the enrolled, on a lesson's page.
// <reading-place url visit> tells the server which paragraph one is at and which were read: every 10 s, and when the
// page is hidden. A paragraph is read once it was in view for as long as a quick reader needs for its words.
// What could not be sent waits here and goes with the next report; the server merges, so nothing counts twice.
const REPORT_MS = 10_000;
const WORDS_A_SECOND = 8;
const LONGEST_LOOK_MS = 6_000; // nobody has to stare at a long paragraph
const TICK_MS = 250;
const TOP = 40; // px; whoever scrolled less is still where the page opened

class ReadingPlace extends HTMLElement {
  #opened = performance.now();
  #inView = new Map(); // block → ms in view
  #read = new Set();
  #unsent = new Set();
  #place = "";
  #hasMoved = false; // nobody has read the top of a page merely by opening it
  #sentPlace = "";
  #timers = [];
  #observer;
  #watcher;

  connectedCallback() {
    this.#observer = new IntersectionObserver(this.#seen, { rootMargin: "-64px 0px -15% 0px", threshold: [0, 0.5] });
    this.#watch();
    this.#watcher = () => this.#watch();
    document.addEventListener("htmx:after:settle", this.#watcher);
    this.#timers = [setInterval(this.#tick, TICK_MS), setInterval(() => this.#report(), REPORT_MS)];
    addEventListener("scroll", this.#move, { passive: true });
    addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#hide);
  }

  disconnectedCallback() {
    this.#timers.forEach(clearInterval);
    this.#observer.disconnect();
    document.removeEventListener("htmx:after:settle", this.#watcher);
    removeEventListener("scroll", this.#move);
    removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#hide);
  }

  // Key of the paragraph one is at; empty before one has moved.
  get place() {
    return this.#place;
  }

  #watch() {
    this.#inView.clear();
    this.#observer.disconnect();
    document.querySelectorAll(".block[id]").forEach((block) => this.#observer.observe(block));
  }

  #seen = (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) this.#inView.delete(target);
      else if (!this.#inView.has(target)) this.#inView.set(target, 0);
    }
  };

  #tick = () => {
    if (document.visibilityState !== "visible") return;
    for (const [block, ms] of this.#inView) {
      this.#inView.set(block, ms + TICK_MS);
      const words = block.textContent.trim().split(/\s+/).length;
      if (ms + TICK_MS < Math.min((words / WORDS_A_SECOND) * 1000, LONGEST_LOOK_MS)) continue;
      const key = block.id.slice(2);
      if (!this.#read.has(key)) this.#unsent.add(key);
      this.#read.add(key);
    }
    if (document.querySelector("course-player[data-playing]")) {
      // The text follows the ear: the player knows the place better.
      this.#hasMoved = false;
      this.#place = this.#sentPlace;
    }
    const first = [...this.#inView].filter(([, ms]) => ms >= 1000).map(([block]) => block);
    first.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    if (first[0] && this.#hasMoved) this.#place = first[0].id.slice(2);
  };

  #move = () => { this.#hasMoved ||= scrollY > TOP; };
  #leave = () => this.#report();
  #hide = () => document.visibilityState === "hidden" && this.#report();

  async #report() {
    if (!this.#unsent.size && this.#place === this.#sentPlace) return;
    const sending = [...this.#unsent];
    const place = this.#place;
    const body = new URLSearchParams({
      visit: this.getAttribute("visit"),
      elapsed: Math.round(performance.now() - this.#opened),
      key: place,
      read: sending.join(","),
    });
    this.#unsent.clear();
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    try {
      const reply = await fetch(this.getAttribute("url"), { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token } });
      if (!reply.ok) throw new Error(reply.status);
      this.#sentPlace = place;
    } catch {
      sending.forEach((key) => this.#unsent.add(key));
    }
  }
}
customElements.define("reading-place", ReadingPlace);

// Notes stand in a list below the lesson; here each moves to its paragraph, and the pencil beside a paragraph opens the
// form in place instead of on a page of its own. (Not by htmx: it leaves everything around authors' text alone.)
const HEADERS = { "HX-Request": "true" };
const blockOf = (note) => document.getElementById(`b-${note.dataset.block}`);

function settle(note) {
  const block = blockOf(note);
  if (!block) return;
  const isEmpty = !note.children.length;
  if (isEmpty) note.remove();
  else if (block.matches("li")) block.append(note);
  else block.after(note);
  block.classList.toggle("block--noted", !isEmpty);
  block.classList.toggle("block--marked", !isEmpty && "highlighted" in note.dataset);
  const list = document.getElementById("notes");
  if (list) list.hidden = !list.querySelector(".note");
}

async function show(note, url, options = {}) {
  const reply = await fetch(url, { ...options, headers: { ...HEADERS, ...options.headers } });
  if (!reply.ok && reply.status !== 422) throw new Error(reply.status);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector(".note");
  note.replaceWith(fresh);
  settle(fresh);
  return fresh;
}

function fail(note) {
  const text = document.querySelector("#request-failed")?.content.querySelector("[data-text]").textContent;
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  note.querySelector("textarea")?.focus();
}

async function edit(block, url) {
  const key = block.id.slice(2);
  let note = document.getElementById(`note-${key}`);
  if (!note) {
    note = Object.assign(document.createElement("div"), { id: `note-${key}`, className: "note" });
    note.dataset.block = key;
    if (block.matches("li")) block.append(note);
    else block.after(note);
  }
  const isNew = !note.children.length;
  try {
    note = await show(note, url);
    note.querySelector("textarea").focus();
  } catch {
    fail(note);
    if (isNew) note.remove();
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest(".block__note, .note [data-change], .note [data-cancel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const note = link.closest(".note");
  const block = note ? blockOf(note) : link.closest(".block");
  if (!block) return;
  event.preventDefault();
  if (!link.matches("[data-cancel]")) return edit(block, link.href);
  await show(note, `${note.querySelector("form").action}?view`).catch(() => fail(note));
  block.querySelector(".block__note")?.focus();
});

document.addEventListener("submit", async (event) => {
  const note = event.target.closest(".note");
  if (!note || !blockOf(note)) return;
  event.preventDefault();
  const block = blockOf(note);
  const button = event.target.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    const fresh = await show(note, event.target.action, { method: "POST", body: new FormData(event.target) });
    const field = fresh.querySelector("[aria-invalid]");
    if (field) return field.focus();
    block.querySelector(".block__note")?.focus();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: fresh.dataset.said } }));
  } catch {
    fail(note);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

const settleAll = () => document.querySelectorAll("main .note[data-block]").forEach(settle);
document.addEventListener("player:page", settleAll);
settleAll();
