// What the player's bar shows. All words come from the page: data-… attributes and templates in study/_player.html.
import { clock, indexAt, WAVE_WIDTH, wavePath } from "./player-logic.js";

const STEPS = 100; // strokes of the waveform

export class Bar {
  #root;
  #track = null;

  constructor(root) {
    this.#root = root;
  }

  part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }

  words(name, values) {
    return this.#root.dataset[name].replace(/\{(\w+)\}/g, (_match, key) => values[key]);
  }

  turnTo(track) {
    this.#track = track;
    const title = this.part("title");
    title.textContent = track.lesson_title;
    title.href = track.address;
    const seek = this.part("seek");
    seek.max = Math.floor(track.seconds);
    const peaks = track.peaks ? Uint8Array.from(atob(track.peaks), (sign) => sign.charCodeAt(0)) : new Uint8Array();
    const path = wavePath(peaks, STEPS);
    for (const wave of this.#root.querySelectorAll("[data-wave] path")) wave.setAttribute("d", path);
    this.#list("chapters", track.chapters, (row, chapter) => {
      row.querySelector("[data-text]").textContent = chapter.title;
      row.querySelector("[data-time]").textContent = clock(chapter.start);
      row.querySelector("button").dataset.at = chapter.start;
    });
    this.bookmarks(track.bookmarks ?? []);
  }

  time(time, rate) {
    const track = this.#track;
    const left = Math.max(0, track.seconds - time) / rate;
    const chapter = indexAt(track.chapters, time);
    this.part("elapsed").textContent = clock(time);
    this.part("left").textContent = `−${clock(left)}`;
    const name = track.chapters[chapter]?.title ?? "";
    const label = this.part("chapter");
    const words = [track.title, name].filter(Boolean).join(" · ");
    if (label.textContent !== words) label.textContent = words;
    this.part("played").setAttribute("width", (WAVE_WIDTH * time) / track.seconds);
    const seek = this.part("seek");
    seek.value = Math.floor(time);
    const values = { at: clock(time), all: clock(track.seconds), left: clock(left), rate: `${rate}×` };
    seek.setAttribute("aria-valuetext", [this.words("at", values), name].filter(Boolean).join(", "));
    this.part("left").title = this.words("leftWords", values);
    this.#current("chapters", chapter);
  }

  playing(isPlaying) {
    const button = this.part("toggle");
    button.setAttribute("aria-label", isPlaying ? button.dataset.pause : button.dataset.play);
    button.toggleAttribute("data-on", isPlaying);
  }

  rate(rate) {
    this.part("rate").textContent = `${rate}×`;
    this.part("rate-now").textContent = `${rate.toFixed(2)}×`;
    for (const one of this.#root.querySelectorAll("[data-preset]")) {
      one.setAttribute("aria-pressed", String(Number(one.dataset.preset) === rate));
    }
  }

  sleep(choice, left) {
    for (const one of this.#root.querySelectorAll("[data-sleep]")) {
      one.setAttribute("aria-pressed", String(one.dataset.sleep === choice));
    }
    this.part("sleep-left").textContent = left > 0 ? clock(left) : "";
    this.part("sleep-left").closest("summary").toggleAttribute("data-on", choice !== "off");
  }

  queue(tracks, audio) {
    this.#list("queue", tracks, (row, track) => {
      row.querySelector("[data-text]").textContent = `${track.lesson_title} · ${track.title}`;
      row.querySelector("[data-time]").textContent = clock(track.seconds);
      row.querySelector("button").dataset.play = track.audio;
    });
    this.#current("queue", tracks.findIndex((track) => track.audio === audio));
  }

  bookmarks(bookmarks) {
    this.#list("bookmarks", bookmarks, (row, bookmark) => {
      row.querySelector("[data-text]").textContent = bookmark.words || clock(bookmark.seconds);
      row.querySelector("[data-time]").textContent = clock(bookmark.seconds);
      row.querySelector("button").dataset.at = bookmark.seconds;
      for (const button of row.querySelectorAll("[data-bookmark]")) button.dataset.bookmark = bookmark.id;
      const note = row.querySelector("[data-note]");
      if (note) note.hidden = !bookmark.key;
    });
    this.part("no-bookmarks").hidden = bookmarks.length > 0;
  }

  // A sentence with up to two buttons; nothing takes it away.
  notice(text, action, act) {
    const notice = this.part("notice");
    notice.hidden = !text;
    if (!text) return;
    notice.querySelector("[data-text]").textContent = text;
    const button = notice.querySelector("[data-act]");
    button.textContent = action;
    button.onclick = () => { notice.hidden = true; act(); };
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  }

  #list(name, rows, fill) {
    const list = this.part(`${name}-list`);
    const template = this.#root.querySelector(`template[data-${name}-row]`);
    list.replaceChildren(...rows.map((row) => {
      const item = template.content.firstElementChild.cloneNode(true);
      fill(item, row);
      return item;
    }));
  }

  #current(name, index) {
    [...this.part(`${name}-list`).children].forEach((row, number) => {
      const button = row.querySelector("button");
      if (number === index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }
}
