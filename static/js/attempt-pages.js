// The questions as pages: going to another one changes only the middle, so the clock and the outbox go on. All questions
// come once, after the first, so that one can go on without a connection.
const PATH = /\/q\/(\d+)\/$/;

export class Pages {
  shown; // number of the question, 0 at the end
  #sitting;
  #middle;
  #paper = new Map();
  #going = null;

  constructor(sitting) {
    this.#sitting = sitting;
    this.#middle = sitting.querySelector(".sitting__main");
    this.shown = Number(this.section.dataset.number);
    history.replaceState({ ...history.state, at: this.shown }, "");
  }

  get section() {
    return this.#middle.querySelector(".question");
  }

  get form() {
    return this.#middle.querySelector("#answer");
  }

  async fetchPaper() {
    try {
      const reply = await fetch(this.#sitting.dataset.paper);
      if (!reply.ok || reply.redirected) return;
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      for (const one of page.querySelectorAll("template[data-number]")) {
        this.#paper.set(Number(one.dataset.number), one.content.querySelector(".question"));
      }
    } catch {
      // each question is asked for when it is wanted
    }
  }

  address(to) {
    return to ? this.#sitting.dataset.first.replace(PATH, `/q/${to}/`) : this.#sitting.dataset.finish;
  }

  // Number in an address of ours; null: another page.
  static numberOf(path, finish) {
    return path === finish ? 0 : Number(PATH.exec(path)?.[1] ?? NaN);
  }

  // to: a number; 0 for the end. Returns the new section, or null when it did not come.
  async go(to, { push = true } = {}) {
    this.#going?.abort();
    this.#going = new AbortController();
    const kept = this.#paper.get(to);
    const section = kept ? document.importNode(kept, true) : await this.#fetched(to, this.#going.signal);
    if (!section) return null;
    this.#middle.replaceChildren(section);
    this.shown = to;
    if (push) history.pushState({ at: to }, "", this.address(to));
    document.title = section.dataset.heading + this.#sitting.dataset.suffix;
    const heading = section.querySelector("h1");
    heading.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
    return section;
  }

  async #fetched(to, signal) {
    const line = document.getElementById("progress-line");
    line?.toggleAttribute("data-on", true);
    try {
      const reply = await fetch(this.address(to), { signal, cache: "no-store" });
      // The test is closed, or nobody is logged in: the server knows where that leads.
      if (reply.ok && reply.redirected) return void location.assign(reply.url);
      const page = reply.ok && new DOMParser().parseFromString(await reply.text(), "text/html");
      const section = page && page.querySelector(".sitting__main .question");
      if (!section) throw new Error("another page");
      return document.adoptNode(section);
    } catch (error) {
      if (error.name !== "AbortError") {
        document.dispatchEvent(new CustomEvent("toast", { detail: { text: this.#sitting.dataset.unreached } }));
      }
      return null;
    } finally {
      line?.toggleAttribute("data-on", false);
    }
  }
}
