// The time left, as the server told it. Counted with a clock that no one can set; what the device takes for the time of
// day is never asked.
const TICK_MS = 200;
const LAST_MS = 60_000; // in the last minute it shows so
const TOLD_MS = [600_000, 300_000, 60_000, 30_000];

// 754321 → "12:35": a started second is shown until it is over.
export function shown(ms) {
  const whole = Math.max(0, Math.ceil(ms / 1000));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

// Which of TOLD_MS lies between two moments, or 0. Of several that were slept through, the last.
export function passed(before, after) {
  return TOLD_MS.findLast((mark) => before > mark && after <= mark) ?? 0;
}

export class Clock {
  #element;
  #end;
  #before;
  #over;
  #isOver = false;
  #timer;

  // over(): time is up.
  constructor(element, over) {
    this.#element = element;
    this.#over = over;
    // What the page says was so when it left the server, not when this runs.
    const [{ responseStart = 0 } = {}] = performance.getEntriesByType("navigation");
    this.#end = responseStart + Number(element.dataset.remaining);
    this.#before = this.left;
    const hide = element.querySelector("[data-do=clock]");
    hide.hidden = false;
    hide.addEventListener("click", () => this.#toggle(hide));
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  get left() {
    return this.#end - performance.now();
  }

  set(ms) {
    this.#end = performance.now() + ms;
    this.#tick();
  }

  stop() {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #tick() {
    if (this.#isOver) return;
    const { left } = this;
    const text = shown(left);
    const time = this.#element.querySelector("[data-time]");
    if (time.textContent !== text) time.textContent = text;
    this.#element.classList.toggle("clock--last", left <= LAST_MS);
    const mark = passed(this.#before, left);
    this.#before = left;
    if (left <= 0) {
      this.stop();
      this.#over();
    } else if (mark) {
      this.#announce(mark);
    }
  }

  #announce(mark) {
    const { minutesOne, minutesMany, seconds } = this.#element.dataset;
    const minutes = mark / 60_000;
    const text = minutes < 1 ? seconds : minutes === 1 ? minutesOne : minutesMany.replace("{count}", minutes);
    // Who has hidden the clock sees it in passing.
    const name = "hidden" in this.#element.dataset ? "toast" : "announce";
    document.dispatchEvent(new CustomEvent(name, { detail: { text } }));
  }

  #toggle(button) {
    const isHidden = this.#element.toggleAttribute("data-hidden");
    button.textContent = isHidden ? button.dataset.show : button.dataset.hide;
  }
}
