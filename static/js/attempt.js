// A test being sat. The pages work as plain forms; here each change is kept on this device at once, sent until it is
// acknowledged, and questions change without leaving the page. Events on document: toast, announce (see site.js).
import { asked, renew } from "./attempt-asking.js";
import { Clock } from "./attempt-clock.js";
import { certaintyOf, fill, lock, move, prepare, refresh, tellMistake, valueOf } from "./attempt-form.js";
import { listenToKeys, offerToSwitchOff } from "./attempt-keys.js";
import { LogIn } from "./attempt-log-in.js";
import { Outbox } from "./attempt-outbox.js";
import { Over } from "./attempt-over.js";
import { Pages } from "./attempt-pages.js";
import { Palette } from "./attempt-palette.js";
import { SaveLine } from "./attempt-save-line.js";
import { Sender } from "./attempt-sending.js";
import { tabName } from "./attempt-tab.js";

const TYPING_MS = 600; // of quiet before typed words are sent; they are kept on this device at once
const TYPED = "input:not([type=radio], [type=checkbox]), textarea";

class Sitting {
  #root = document.getElementById("sitting");
  #data = this.#root.dataset;
  #answers = new Map(); // slot → {rev, value, certainty, flagged, seconds}: the newest that is known here
  #mistakes = new Map(); // slot → sentence
  #pages = new Pages(this.#root);
  #palette = new Palette(document.getElementById("palette"));
  #line = new SaveLine(document.getElementById("save"), document.getElementById("save-status"));
  #outbox = new Outbox(this.#data.user, this.#data.attempt, this.#data.answers);
  #logIn = new LogIn(document.getElementById("log-in"), () => this.#back());
  #over;
  #clock = null;
  #sender;
  #typing;
  #since = performance.now(); // this question is in view
  #hasSaved = false;
  #leaves = false;

  async begin() {
    this.#listen();
    const isShared = this.#outbox.load();
    const tab = await tabName();
    const tell = (kind, count) => this.#tell(kind, count);
    this.#sender = new Sender({ urls: this.#data, tab, outbox: this.#outbox, tell, heard: (reply) => this.#heard(reply) });
    this.#over = new Over(document.getElementById("over"), this.#data, { outbox: this.#outbox, sender: this.#sender });
    const clock = document.getElementById("clock");
    if (clock) this.#clock = new Clock(clock, () => this.#timeIsUp());
    if (await isShared) this.#toast(this.#data.others);
    for (const { slot, ...answer } of this.#outbox.items) this.#learn(slot, answer);
    this.#adopt();
    this.#root.dataset.ready = "";
    await this.#sender.send();
    if (!("adaptive" in this.#data)) (globalThis.requestIdleCallback ?? setTimeout)(() => this.#pages.fetchPaper());
  }

  #listen() {
    const root = this.#root;
    root.addEventListener("input", ({ target }) => target.form?.id === "answer" && this.#changed(target));
    root.addEventListener("focusout", ({ target }) => target.form?.id === "answer" && this.#tellMistake());
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    addEventListener("popstate", () => this.#pop());
    addEventListener("beforeunload", (event) => this.#outbox.size && !this.#leaves && event.preventDefault());
    document.addEventListener("visibilitychange", () => this.#count());
    document.addEventListener("click", ({ target }) => target.closest?.("[data-do=take-over]") && this.#takeOver());
    listenToKeys({ palette: this.#palette, form: () => this.#pages.form });
    offerToSwitchOff();
  }

  // --- Answers ---

  // The question in the page and what is known of it become one: the newer wins.
  #adopt() {
    const { form } = this.#pages;
    if (!form) return;
    prepare(form);
    this.#palette.prepare();
    const slot = Number(form.dataset.slot);
    const flagged = form.querySelector("[data-flag]")?.ariaPressed === "true";
    const { rev, seconds } = form.dataset;
    const shown = { rev: Number(rev), value: valueOf(form), certainty: certaintyOf(form), flagged, seconds: Number(seconds) };
    const known = this.#answers.get(slot);
    if (known && known.rev >= shown.rev) this.#show(form, known);
    else this.#answers.set(slot, shown);
    this.#since = performance.now();
    this.#tellMistake();
  }

  #show(form, answer) {
    fill(form, answer);
    this.#showFlag(form, answer.flagged);
  }

  #showFlag(form, isOn) {
    form.querySelector("[data-flag]")?.setAttribute("aria-pressed", String(isOn));
  }

  #learn(slot, answer) {
    this.#answers.set(slot, answer);
    this.#palette.mark(slot, { isAnswered: answer.value !== null, isFlagged: answer.flagged });
  }

  #changed(target) {
    const { form } = this.#pages;
    refresh(form);
    if (target.matches(TYPED)) tellMistake(form, "");
    this.#keep(form);
    clearTimeout(this.#typing);
    if (target.matches(TYPED)) this.#typing = setTimeout(() => this.#sender?.send(), TYPING_MS);
    else this.#sender?.send();
  }

  #keep(form, more = {}) {
    if (this.#over?.isOver) return;
    const slot = Number(form.dataset.slot);
    const before = this.#answers.get(slot) ?? { rev: Number(form.dataset.rev), flagged: false, seconds: 0 };
    this.#count();
    const seconds = Math.round(this.#answers.get(slot)?.seconds ?? 0);
    const answer = { ...before, rev: before.rev + 1, value: valueOf(form), certainty: certaintyOf(form), seconds, ...more };
    this.#learn(slot, answer);
    this.#outbox.put({ slot, ...answer });
    if (["log-in", "foreign"].includes(this.#sender?.stopped)) this.#tell(this.#sender.stopped);
  }

  // The time this question was in view.
  #count() {
    const known = this.#answers.get(this.#pages.shown);
    const now = performance.now();
    if (known && document.visibilityState === "visible") known.seconds = (known.seconds || 0) + (now - this.#since) / 1000;
    this.#since = now;
  }

  // --- What the server says ---

  #heard(reply) {
    if (Number.isFinite(reply.remaining_ms) && !this.#over.isOver) this.#clock?.set(reply.remaining_ms);
    if (reply.csrf) renew(reply.csrf);
    for (const [slot, rev] of Object.entries(reply.accepted ?? {})) {
      const known = this.#answers.get(Number(slot));
      if (known && rev > known.rev) known.rev = rev;
      this.#mistakes.delete(Number(slot));
    }
    for (const [slot, sentence] of Object.entries({ ...reply.unreadable, ...reply.refused })) this.#mistakes.set(Number(slot), sentence);
    this.#tellMistake();
    if (reply.answers) this.#merge(reply.answers);
    if (reply.stale?.length) asked(this.#data.state).then(({ data }) => data?.answers && this.#merge(data.answers), () => {});
    if (reply.state !== "open") return this.#closed();
    this.#over.heard(reply.remaining_ms ?? 0);
    if (Object.keys(reply.accepted ?? {}).length) this.#persist();
  }

  // Answers that another tab or device gave.
  #merge(answers) {
    for (const [name, answer] of Object.entries(answers)) {
      const slot = Number(name);
      if (this.#outbox.get(slot) || this.#answers.get(slot)?.rev > answer.rev) continue;
      this.#learn(slot, answer);
      if (slot === this.#pages.shown && this.#pages.form) this.#show(this.#pages.form, answer);
    }
  }

  #tellMistake() {
    const { form } = this.#pages;
    if (!form || (document.activeElement?.form === form && document.activeElement.matches(TYPED))) return;
    const slot = Number(form.dataset.slot);
    if (this.#mistakes.has(slot)) tellMistake(form, this.#mistakes.get(slot));
    else if (this.#answers.get(slot)?.rev !== Number(form.dataset.rev)) tellMistake(form, "");
  }

  #persist() {
    if (!this.#hasSaved) navigator.storage?.persist?.().catch(() => {});
    this.#hasSaved = true;
  }

  #tell(kind, count) {
    const isQuiet = kind === "saved" && !count && ["", "saved"].includes(this.#line.kind);
    if (!isQuiet) this.#line.tell(kind, this.#outbox.size);
    if (kind === "log-in") this.#logIn.open();
    else if (kind === "foreign") this.#logIn.open(this.#data.email);
    else if (kind === "saved") this.#logIn.close();
    if (kind === "elsewhere") this.#stepBack();
    if (["offline", "retrying"].includes(kind)) this.#over.tellTrouble(this.#palette.answered);
  }

  async #back() {
    await this.#outbox.keep();
    await this.#sender.resume();
  }

  // --- Other tabs ---

  #stepBack() {
    this.#root.querySelector(".sitting__body").inert = true;
    if (this.#root.querySelector(".elsewhere")) return;
    this.#root.querySelector(".sitting__body").before(document.getElementById("elsewhere").content.cloneNode(true));
    this.#root.querySelector("[data-do=take-over]").focus();
  }

  async #takeOver() {
    if (!(await this.#sender.takeOver())) return;
    this.#root.querySelector(".elsewhere").remove();
    this.#root.querySelector(".sitting__body").inert = false;
    this.#pages.section.querySelector("h1").focus();
  }

  // --- Ways on ---

  #click(event) {
    const target = event.target.closest("[data-go], [data-flag], [data-clear], [data-move], [data-keep], [data-do=palette]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || target.disabled) return;
    const { form } = this.#pages;
    if (target.matches("[data-go]")) return this.#goes(event, target.dataset.go);
    event.preventDefault();
    if (target.matches("[data-do=palette]")) return this.#palette.toggle();
    if (target.matches("[data-flag]")) return this.#flag(form, target);
    if (target.matches("[data-clear]")) fill(form, { value: null, certainty: certaintyOf(form) });
    if (target.matches("[data-keep]")) form.dataset.answered = "";
    if (target.matches("[data-move]")) this.#announce(move(form, target));
    if (!target.checkVisibility() || target.hidden) form.querySelector("input, [data-move]")?.focus();
    this.#changed(target);
  }

  #flag(form, button) {
    const flagged = button.ariaPressed !== "true";
    this.#showFlag(form, flagged);
    this.#keep(form, { flagged });
    this.#announce(flagged ? this.#data.flagOn : this.#data.flagOff);
    this.#sender.send();
  }

  #goes(event, to) {
    event.preventDefault();
    if (to === "next") this.#goNext();
    else this.#go(to === "finish" ? 0 : Number(to));
  }

  async #go(to, options) {
    this.#count();
    clearTimeout(this.#typing);
    const sent = this.#sender?.send();
    if (!to) await sent; // the end counts what the server has
    const section = await this.#pages.go(to, options);
    if (!section) return;
    this.#adopt();
    this.#palette.show(to);
    this.#palette.fold();
    const finish = document.querySelector(".sitting__finish");
    if (finish) finish.hidden = !to;
  }

  // In an adaptive test the server chooses what comes, and there is no way back.
  async #goNext() {
    await this.#sender.send();
    if (this.#outbox.size) return this.#toast(this.#data.unreached);
    const { form } = this.#pages;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "go", value: "next" }));
    this.#leaves = true;
    form.submit();
  }

  #pop() {
    const to = Pages.numberOf(location.pathname, this.#data.finish);
    if (Number.isNaN(to) || "adaptive" in this.#data) return location.reload();
    if (to !== this.#pages.shown) this.#go(to, { push: false });
  }

  async #submit(event) {
    if (event.target.id === "answer") {
      event.preventDefault(); // Enter in a field
      return this.#sender.send();
    }
    if (event.target.id !== "submission") return;
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.setAttribute("aria-busy", "true");
    await this.#sender.send();
    const { size } = this.#outbox;
    const unsent = event.target.closest(".question").querySelector("[data-unsent]");
    unsent.hidden = !size;
    const words = size > 1 ? this.#data.unsentMany.replace("{count}", size) : this.#data.unsentOne;
    unsent.querySelector("span").textContent = words;
    button.removeAttribute("aria-busy");
    if (size) return this.#announce(words, true);
    this.#leaves = true;
    event.target.submit();
  }

  // --- The end ---

  #timeIsUp() {
    lock(this.#root);
    this.#over.begin();
  }

  #closed() {
    this.#clock?.stop();
    lock(this.#root);
    this.#over.closed();
  }

  #announce(text, urgent = false) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { text, urgent } }));
  }

  #toast(text) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  }
}

if (document.getElementById("sitting")) new Sitting().begin();
