// The transcript on the page and the audio in step. A sentence is found in the text by its words and marked with the
// CSS highlight "player-heard", so nothing of the text is changed; where that is not possible, its paragraph is marked.
import { clock, indexAt, spansOf } from "./player-logic.js";

const LET_GO_MS = 5_000; // since somebody scrolled: then following goes on
const EDGE = 96; // px that stay free above and below the sentence
const SCROLLS = ["wheel", "touchmove", "pointerdown", "keydown"];
const SCROLL_KEYS = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Tab"];

// The text of an element without white space, and for each of its letters the node and place it stands at.
export function lettersOf(element) {
  const spots = [];
  let text = "";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.data.length; at++) {
      if (/\s/.test(node.data[at])) continue;
      text += node.data[at];
      spots.push([node, at]);
    }
  }
  return { text, spots };
}

export function rangeOf(spots, [start, end]) {
  const range = document.createRange();
  range.setStart(...spots[start]);
  range.setEnd(spots[end - 1][0], spots[end - 1][1] + 1);
  return range;
}

export function highlight(name, ranges) {
  if (!globalThis.Highlight) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

export const wordsOf = (block) => block.querySelector(".turn__text") ?? block;

export class Transcript {
  isFollowing = true;
  #player;
  #track = null;
  #ranges = new Map(); // block's key → [{cue, range or null}]
  #now = -1;
  #scrolledAt = -LET_GO_MS;

  constructor(player) {
    this.#player = player;
    for (const name of SCROLLS) addEventListener(name, (event) => this.#scrolled(event), { passive: true, capture: true });
    document.addEventListener("click", (event) => this.#tap(event));
  }

  // On a new page, or with a new track.
  bind(track) {
    this.#clear();
    this.#track = track;
    this.#ranges.clear();
    document.querySelectorAll(".turn__at").forEach((button) => button.remove());
    for (const one of this.#player.tracks.values()) this.#addButtons(one);
  }

  time(time, force = false) {
    if (!this.#track) return;
    const number = indexAt(this.#track.cues, time);
    if (number === this.#now && !force) return;
    this.#clear();
    this.#now = number;
    const cue = this.#track.cues[number];
    const block = cue && document.getElementById(`b-${cue.key}`);
    if (!block) return;
    block.classList.add("block--here");
    const range = this.#rangesOf(cue.key).find((one) => one.cue === cue)?.range;
    highlight("player-heard", range ? [range] : []);
    if (force || this.#mayScroll()) this.#show(range ?? block, force);
  }

  // Times of the sentence before the one heard now, and of the one after it.
  beside(time, direction) {
    const { cues } = this.#track;
    const number = indexAt(cues, time);
    // Shortly after its beginning "back" means the one before, as on a record player.
    const again = direction < 0 && number >= 0 && time - cues[number].start > 1.5;
    return cues[again ? number : Math.max(0, number + direction)]?.start ?? time;
  }

  textAt(time) {
    return this.#track?.cues[indexAt(this.#track.cues, time)];
  }

  #mayScroll() {
    return this.isFollowing && performance.now() - this.#scrolledAt > LET_GO_MS && document.visibilityState === "visible";
  }

  #show(range, force) {
    const { top, bottom } = range.getBoundingClientRect();
    const floor = this.#player.getBoundingClientRect().top - EDGE;
    if (!force && top > EDGE && bottom < floor) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    scrollBy({ top: top - Math.max(EDGE, floor / 3), behavior });
  }

  #scrolled({ type, key, target }) {
    if (type === "keydown" && !SCROLL_KEYS.includes(key)) return;
    if (type === "pointerdown" && target !== document.documentElement) return; // the scroll bar itself
    this.#scrolledAt = performance.now();
  }

  #clear() {
    document.querySelector(".block--here")?.classList.remove("block--here");
    highlight("player-heard", []);
    this.#now = -1;
  }

  #rangesOf(key) {
    let found = this.#ranges.get(key);
    if (found) return found;
    const cues = this.#track.cues.filter((cue) => cue.key === key);
    const { text, spots } = lettersOf(wordsOf(document.getElementById(`b-${key}`)));
    const spans = spansOf(text, cues.map((cue) => cue.text));
    found = cues.map((cue, number) => ({ cue, range: spans[number] && rangeOf(spots, spans[number]) }));
    this.#ranges.set(key, found);
    return found;
  }

  // Each paragraph that can be heard gets its time: a button to hear it from there.
  #addButtons(track) {
    const template = this.#player.querySelector("template[data-from-here]");
    const seen = new Set();
    for (const cue of track.cues) {
      const block = !seen.has(cue.key) && document.getElementById(`b-${cue.key}`);
      seen.add(cue.key);
      if (!block) continue;
      const tools = template.content.firstElementChild.cloneNode(true);
      const [play, copy] = tools.querySelectorAll("button");
      play.querySelector("[data-time]").textContent = clock(cue.start);
      play.addEventListener("click", () => this.#player.open(track.audio, cue.start, true));
      copy.addEventListener("click", () => this.#copy(block, track, cue));
      (block.querySelector(".turn__name") ?? block).append(tools);
    }
  }

  async #copy(block, track, cue) {
    const part = track.part === "conversation" ? "" : `,${track.part}`;
    const address = new URL(`${track.address}#t=${Math.floor(cue.start)}${part}`, location.href);
    const said = wordsOf(block).cloneNode(true);
    said.querySelectorAll(".turn__at, .block__tools, .note").forEach((one) => one.remove());
    const text = `${said.textContent.trim()}\n${clock(cue.start)} ${address}`;
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not allowed, or the site comes without encryption: then the page's own address leads to the sentence.
      isCopied = false;
      history.replaceState(history.state, "", address.hash);
    }
    const words = this.#player.dataset[isCopied ? "copied" : "uncopied"];
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: words } }));
  }

  // Once something plays, a press on a sentence goes there.
  #tap({ target, clientX, clientY }) {
    const block = this.#player.isStarted && target.closest?.("main .block[id]");
    if (!block || target.closest("a, button, summary, input, textarea, .note") || !getSelection().isCollapsed) return;
    const key = block.id.slice(2);
    const track = [...this.#player.tracks.values()].find((one) => one.cues.some((cue) => cue.key === key));
    if (!track) return;
    if (track !== this.#track) this.#player.open(track.audio, track.cues.find((cue) => cue.key === key).start, true);
    const spot = spotAt(clientX, clientY);
    const hit = spot && this.#rangesOf(key).find(({ range }) => range?.isPointInRange(...spot));
    if (hit) this.#player.seek(hit.cue.start);
  }
}

// The node and place in the text below a point of the window; Safari long had another name for it.
function spotAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return [caret.offsetNode, caret.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range && [range.startContainer, range.startOffset];
}
