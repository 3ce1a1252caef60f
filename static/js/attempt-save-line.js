// Says in words how saving goes. Screen readers hear it when it begins to go otherwise, not at every answer.
export class SaveLine {
  #line;
  #status;
  #told = "";

  constructor(line, status) {
    [this.#line, this.#status] = [line, status];
  }

  get kind() {
    return this.#line.dataset.kind ?? "";
  }

  // waiting: answers in the outbox.
  tell(kind, waiting) {
    this.#line.dataset.kind = kind;
    const text = this.#words(kind, waiting);
    this.#line.querySelector("[data-text]").textContent = text;
    if (kind === "saving" || kind === this.#told) return;
    this.#told = kind;
    this.#status.textContent = text;
  }

  #words(kind, waiting) {
    const { offlineNone, offlineOne, offlineMany } = this.#line.dataset;
    if (kind === "log-in" || kind === "foreign") return this.#line.dataset.waiting;
    if (kind !== "offline") return this.#line.dataset[kind];
    return waiting > 1 ? offlineMany.replace("{count}", waiting) : waiting ? offlineOne : offlineNone;
  }
}
