// What was heard, on its way to the server. Each second it is written to this device, every ten it is sent; what cannot be
// sent, or was never sent because the browser died, goes with the next start. The server merges and knows each report by
// device and number, so sending twice counts once. Everything kept here is named for one person.
import { Heard } from "./player-logic.js";

const REPORT_MS = 10_000;
const DEAD_MS = 5_000; // a page that plays writes each second: what is older was left behind by a page that is gone
const GONE_FOR_GOOD = [400, 403, 404, 409, 410, 413, 422];
const STORE = "hear.";

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // storage is full or forbidden: the reports still go out while the page lives
  }
}

function names(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

export class Evidence {
  device;
  #own; // beginning of the names of what is kept for this person
  #draft; // name of what this page has not sent yet
  #box = new Map(); // number → {url, report}
  #heard = new Heard();
  #opened = performance.now();
  #openedAt = Date.now();
  #visit = "";
  #track = null;
  #place = 0;
  #number = 0;
  #sentAt = 0;
  #savedAt = 0;
  #tell;

  // tell(places): what the server says of each audio's place.
  constructor(user, tell) {
    this.#tell = tell;
    this.#own = `${STORE}${user}.`;
    this.#draft = `${this.#own}draft.${crypto.randomUUID?.() ?? Math.random()}`;
    this.device = stored(`${STORE}device`) ?? (crypto.randomUUID?.() ?? String(Math.random())).slice(0, 36);
    store(`${STORE}device`, this.device);
    for (const name of names(STORE)) {
      if (name !== `${STORE}device` && !name.startsWith(this.#own)) store(name, null);
    }
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.report());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.report());
  }

  // What pages before this one left behind.
  async start() {
    for (const name of names(`${this.#own}draft.`)) {
      const draft = stored(name);
      if (!draft || Date.now() - draft.savedAt < DEAD_MS) continue;
      this.#keep(draft.url, draft.report);
      store(name, null);
    }
    for (const name of names(`${this.#own}report.`)) {
      const kept = stored(name);
      if (kept) this.#box.set(kept.report.seq, kept);
    }
    await this.send();
  }

  // A fresh token of the server's clock.
  open(visit) {
    this.#visit = visit;
    this.#opened = performance.now();
    this.#openedAt = Date.now();
  }

  turnTo(track) {
    this.report();
    this.#track = track;
  }

  // The audio's clock while it plays.
  step(time, rate) {
    this.#heard.step(time, performance.now() / 1000, rate);
    this.#place = time;
    if (!this.#number) this.#number = this.#nextNumber();
    const now = performance.now();
    if (!this.#sentAt) this.#sentAt = now;
    if (now - this.#sentAt >= REPORT_MS) return this.report(true);
    if (now - this.#savedAt < 1000) return;
    this.#savedAt = now;
    store(this.#draft, { url: this.#track.heard_url, report: this.#made(true), savedAt: Date.now() });
  }

  // Silence, or a jump: what comes next does not continue what came before.
  stop() {
    this.#heard.stop();
    this.report();
  }

  report(isPlaying = false) {
    if (this.#number && this.#track) this.#keep(this.#track.heard_url, this.#made(isPlaying));
    this.#number = 0;
    this.#sentAt = 0;
    this.#heard.clear();
    store(this.#draft, null);
    if (this.#box.size) this.send();
  }

  async send() {
    const byUrl = Map.groupBy?.(this.#box.values(), ({ url }) => url) ?? grouped(this.#box.values());
    await Promise.all([...byUrl].map(([url, kept]) => this.#post(url, kept.map(({ report }) => report))));
  }

  #made(isPlaying) {
    return {
      audio: this.#track.audio,
      take: this.#track.take,
      device: this.device,
      seq: this.#number,
      heard: this.#heard.spans,
      place: Math.round(this.#place * 100) / 100,
      is_playing: isPlaying || this.#heard.spans.length > 0,
      visit: this.#visit,
      elapsed: Math.round(performance.now() - this.#opened),
      wall: Date.now() - this.#openedAt,
    };
  }

  #nextNumber() {
    const next = (stored(`${this.#own}number`) ?? 0) + 1;
    store(`${this.#own}number`, next);
    return next;
  }

  #keep(url, report) {
    this.#box.set(report.seq, { url, report });
    store(`${this.#own}report.${report.seq}`, { url, report });
  }

  #drop(numbers) {
    for (const number of numbers) {
      this.#box.delete(number);
      store(`${this.#own}report.${number}`, null);
    }
  }

  async #post(url, reports) {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
    try {
      const reply = await fetch(url, { method: "POST", body: JSON.stringify({ reports }), headers, keepalive: true });
      const isOurs = reply.headers.get("Content-Type")?.includes("json");
      // Who has left the course meanwhile, or a page that is too old: trying again changes nothing.
      if (isOurs && GONE_FOR_GOOD.includes(reply.status)) return this.#drop(reports.map(({ seq }) => seq));
      if (!reply.ok || !isOurs) return;
      const { accepted, places } = await reply.json();
      this.#drop(accepted);
      this.#tell(places ?? {});
    } catch {
      // offline: it stays in the box
    }
  }
}

function grouped(kept) {
  const groups = new Map();
  for (const one of kept) groups.set(one.url, [...(groups.get(one.url) ?? []), one]);
  return groups;
}
