// What the player reckons, without a page: tests import it as it is.
export const SLOWEST = 0.5;
export const FASTEST = 3;
export const STEP = 0.05; // of the speed
const SLACK = 0.5; // seconds that a report of the audio's clock may be late
const WAVE_HEIGHT = 32;
const EVEN = 0.7; // of the loudest; what is never quieter is drawn against this
export const WAVE_WIDTH = 400;

// 754 → "12:34", 3723 → "1:02:03".
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

// [[start, end], …] in order and apart.
export function merge(spans) {
  const merged = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1] + 0.05) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

// Collects what was really heard: the way from one report of the audio's clock to the next counts only if the audio can
// have played it in the time between. A jump counts nothing.
export class Heard {
  #spans = [];
  #time = null;
  #now = 0;

  // time: in the audio; now: by a clock that never jumps; both in seconds.
  step(time, now, rate) {
    if (this.#time !== null) {
      const most = (now - this.#now) * Math.min(rate, FASTEST) + SLACK;
      if (time > this.#time && time - this.#time <= most) this.#spans.push([this.#time, time]);
    }
    this.#time = time;
    this.#now = now;
  }

  stop() {
    this.#time = null;
  }

  get spans() {
    this.#spans = merge(this.#spans);
    return this.#spans.map(([start, end]) => [Math.round(start * 100) / 100, Math.round(end * 100) / 100]);
  }

  clear() {
    this.#spans = [];
  }
}

// How far to go back before playing on, by how long it was silent; both in seconds.
export function rewind(silent) {
  if (silent >= 86_400) return 20;
  if (silent >= 3_600) return 10;
  return silent >= 60 ? 3 : 0;
}

export function boundRate(rate) {
  const steps = Math.round((Number(rate) || 1) / STEP);
  return Math.round(Math.min(FASTEST, Math.max(SLOWEST, steps * STEP)) * 100) / 100;
}

// Number of the last of `rows` (in order of their `start`) that has begun by `time`, or -1.
export function indexAt(rows, time) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Where each sentence stands in `text`, as [start, end] or null. Both without white space, which pages may set
// otherwise; each is looked for behind the one before, so that one said twice is found twice.
export function spansOf(text, sentences) {
  let from = 0;
  return sentences.map((sentence) => {
    const words = sentence.replace(/\s+/g, "");
    const start = words ? text.indexOf(words, from) : -1;
    if (start < 0) return null;
    from = start + words.length;
    return [start, from];
  });
}

// All places of `wanted` in `text`, whatever the case, as [start, end].
export function matches(text, wanted) {
  const found = [];
  const small = text.toLowerCase();
  const needle = wanted.replace(/\s+/g, "").toLowerCase();
  for (let at = needle ? small.indexOf(needle) : -1; at >= 0; at = small.indexOf(needle, at + needle.length)) {
    found.push([at, at + needle.length]);
  }
  return found;
}

// The waveform as an SVG path of `steps` strokes across WAVE_WIDTH. A stroke stands for how loud its stretch is on the
// whole, between the quietest and the loudest: the loudest moments alone, and speech beside silence, look the same
// everywhere. Sound without pauses keeps some of its evenness.
export function wavePath(peaks, steps) {
  const loud = Array.from({ length: steps }, (_none, step) => {
    const from = Math.floor((step * peaks.length) / steps);
    const piece = peaks.slice(from, Math.max(from + 1, Math.floor(((step + 1) * peaks.length) / steps)));
    return piece.reduce((sum, peak) => sum + peak, 0) / Math.max(1, piece.length);
  });
  const most = Math.max(...loud) || 1;
  const least = Math.min(EVEN * most, ...loud);
  return loud.map((one, step) => {
    const height = Math.max(2, Math.round(((one - least) / (most - least)) * (WAVE_HEIGHT - 2)));
    return `M${Math.round(((step + 0.5) * WAVE_WIDTH) / steps)} ${(WAVE_HEIGHT - height) / 2}v${height}`;
  }).join("");
}

// "#t=754" and "#t=754,audiobook" → {seconds, part}; anything else → null.
export function timeOf(hash) {
  const found = /^#t=(\d+(?:\.\d+)?)(?:,(\w+))?$/.exec(hash);
  return found && { seconds: Number(found[1]), part: found[2] ?? "" };
}
