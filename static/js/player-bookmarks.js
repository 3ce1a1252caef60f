// Bookmarks of what plays: made, removed, turned into notes on their paragraphs. The list itself is drawn by the bar.
import { send } from "./player-asking.js";
import { clock } from "./player-logic.js";

export class Bookmarks {
  #player;
  #bar;

  constructor(player, bar) {
    this.#player = player;
    this.#bar = bar;
  }

  async add(track, seconds) {
    const reply = await send(track.marks_url, { audio: track.audio, seconds }).catch(() => null);
    if (!reply?.ok) return this.#toast(this.#player.dataset.unmarked);
    const bookmark = await reply.json();
    this.#show(track, [...track.bookmarks.filter(({ id }) => id !== bookmark.id), bookmark]);
    this.#toast(this.#bar.words("marked", { time: clock(bookmark.seconds) }));
  }

  async remove(track, id) {
    const reply = await send(`${track.marks_url}${id}/`, {}, { method: "DELETE" }).catch(() => null);
    if (!reply?.ok) return this.#toast(this.#player.dataset.unmarked);
    this.#show(track, track.bookmarks.filter((bookmark) => bookmark.id !== id));
  }

  async note(track, id) {
    const reply = await send(`${track.marks_url}${id}/note/`, {}).catch(() => null);
    this.#toast(this.#player.dataset[reply?.ok ? "noted" : "unmarked"]);
  }

  #show(track, bookmarks) {
    track.bookmarks = bookmarks.toSorted((a, b) => a.seconds - b.seconds);
    if (track === this.#player.track) this.#bar.bookmarks(track.bookmarks);
  }

  #toast(text) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  }
}
