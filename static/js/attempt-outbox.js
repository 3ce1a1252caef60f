// Answers on their way to the server: each change at once, until it is acknowledged. Named for person and attempt, so
// that nobody's answers are ever sent as somebody else's. An item is {slot, rev, value, certainty, flagged, seconds}.
import { Store } from "./store.js";

const KEPT_IN = "sit";

export class Outbox {
  #items = new Map(); // slot → item
  #store = new Store(KEPT_IN);
  #own;
  #url;

  // url: where this attempt takes answers.
  constructor(user, attempt, url) {
    this.#own = `${user}.${attempt}.`;
    this.#url = url;
  }

  // What a page before this one left behind. True when somebody else has left something, which stays.
  async load() {
    const person = this.#own.slice(0, this.#own.indexOf(".") + 1);
    let isShared = false;
    for (const [name, { item }] of await this.#store.rows()) {
      isShared ||= !name.startsWith(person);
      const isOlder = this.#items.get(item.slot)?.rev >= item.rev;
      if (name.startsWith(this.#own) && !isOlder) this.#items.set(item.slot, item);
    }
    return isShared;
  }

  get size() {
    return this.#items.size;
  }

  get items() {
    return [...this.#items.values()].sort((a, b) => a.slot - b.slot);
  }

  get(slot) {
    return this.#items.get(slot);
  }

  put(item) {
    this.#items.set(item.slot, item);
    return this.#store.put(this.#own + item.slot, { url: this.#url, item });
  }

  // After a log-in, what was wiped meanwhile is written anew.
  async keep() {
    this.#store = new Store(KEPT_IN);
    await Promise.all(this.items.map((item) => this.put(item)));
  }

  // What the server said of `sent`. It may have changed here meanwhile: then it stays.
  settle(sent, { accepted = {}, late = [], refused = {} }) {
    const done = sent.filter(({ slot, rev }) => {
      const now = this.#items.get(slot)?.rev ?? 0;
      return accepted[slot] >= now || (rev === now && (late.includes(slot) || slot in refused));
    });
    for (const { slot } of done) this.#items.delete(slot);
    if (done.length) this.#store.remove(...done.map(({ slot }) => this.#own + slot));
    return done.length;
  }
}
