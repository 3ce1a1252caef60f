// The sleep timer: after some minutes of playing, or at the end of the chapter, the sound fades and stops.
const FADE = 8; // seconds

export class Sleep {
  choice = "off";
  #left = 0; // seconds to go, by the clock on the wall, while it plays
  #before = 0; // when it was counted last

  choose(choice) {
    this.choice = choice;
    this.#left = choice === "chapter" ? Infinity : Number(choice) * 60 || 0;
    this.#before = performance.now();
  }

  // Called while it plays; chapterLeft: seconds to its end, by the wall. Returns {left, volume}; at left 0 it is time.
  step(chapterLeft) {
    const now = performance.now();
    const passed = Math.min((now - this.#before) / 1000, 2);
    this.#before = now;
    if (this.choice === "off") return { left: Infinity, volume: 1 };
    // The clock ticks a few times a second: the end may lie between two ticks, and then the next chapter has begun.
    if (this.choice === "chapter") this.#left = this.#left < 1 && chapterLeft > this.#left + 1 ? 0 : chapterLeft;
    else this.#left = Math.max(0, this.#left - passed);
    return { left: this.#left, volume: Math.min(1, Math.max(0, this.#left / FADE)) };
  }
}
