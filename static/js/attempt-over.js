// When time is up: what was answered goes out, the test is submitted, and the result comes. Without a connection the
// page says what counts and what will be late, and goes on by itself.
import { posted } from "./attempt-asking.js";

const SKEW_MS = 1_500; // between the two clocks, by the time a request takes
const CLOSED_MS = 11_000; // after the end, and its grace, the server has closed the test by itself

export class Over {
  isOver = false;
  #dialog;
  #urls;
  #outbox;
  #sender;
  #left = false;

  constructor(dialog, urls, { outbox, sender }) {
    [this.#dialog, this.#urls, this.#outbox, this.#sender] = [dialog, urls, outbox, sender];
    dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  async begin() {
    if (this.isOver) return;
    this.isOver = true;
    this.#dialog.showModal();
    const { sending } = this.#dialog.dataset;
    this.#say(sending);
    const text = `${this.#dialog.querySelector("h2").textContent.trim()}. ${sending}`;
    document.dispatchEvent(new CustomEvent("announce", { detail: { text, urgent: true } }));
    if (this.#sender.stopped === "elsewhere") setTimeout(() => this.#leave(), CLOSED_MS);
    await this.#sender.send();
  }

  // The server has answered, and the test is still open there. ms: the time left by its clock, which alone counts.
  heard(ms) {
    if (!this.isOver || this.#outbox.size) return;
    if (ms > SKEW_MS) location.reload(); // this device ran ahead: nobody loses time by that
    else setTimeout(() => this.#submit(), ms);
  }

  // The server says so: somebody submitted elsewhere, or time was up while nobody was connected.
  closed() {
    this.isOver = true;
    if (!this.#outbox.size) this.#leave();
  }

  // answered: how many questions have an answer here.
  tellTrouble(answered) {
    if (!this.isOver) return;
    const { size } = this.#outbox;
    const { unreached, countedOne, countedMany, lateOne, lateMany } = this.#dialog.dataset;
    if (!size) return this.#say(unreached);
    const counted = Math.max(0, answered - size);
    this.#say(`${many(counted, countedOne, countedMany)} ${many(size, lateOne, lateMany)}`);
  }

  async #submit() {
    if (this.#left) return;
    try {
      await posted(this.#urls.submission, {}, { redirect: "manual" });
      this.#leave();
    } catch {
      this.tellTrouble(0); // the server closes it by itself, and says so at the next try
      this.#sender.resume();
    }
  }

  #leave() {
    if (this.#left) return;
    this.#left = true;
    location.assign(this.#urls.result);
  }

  #say(text) {
    this.#dialog.querySelector("[data-text]").textContent = text;
  }
}

function many(count, one, more) {
  return count === 1 ? one : more.replace("{count}", count);
}
