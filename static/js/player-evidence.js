// What was heard, on its way to the server. Each second it is written to this device, every ten it is sent; what cannot be
// sent, or was never sent because the browser died, goes with the next start. The server merges and knows each report by
// device and number, so sending twice counts once. Everything kept here is named for one person, and log-out.js takes it
// away when that person leaves.
import { send as post } from "./player-asking.js";
import { Heard } from "./player-logic.js";
import { Store } from "./store.js";

const REPORT_MS = 10_000;
const DEAD_MS = 5_000; // a page that plays writes each second: what is older was left behind by a page that is gone
const ALIVE = "hear:"; // begins the name of the lock that a page holds while it lives, where browsers have locks
const AT_ONCE = 50; // reports; browsers let 64 KB outlive a page
const GONE_FOR_GOOD = [400, 403, 404, 409, 410, 413, 422];
const DEVICE = "hear.device";
const NUMBER = "hear.number";

function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // storage is full or forbidden: it holds while the page lives
  }
}

const random = () => crypto.randomUUID?.() ?? String(Math.random());

export class Evidence {
  device;
  #own; // beginning of the names of what is kept for this person
  #draft; // name of what this page has not sent yet
  #isAlive = false; // and others are told so
  #isOver = false; // the person has left
  #box = new Map(); // number → {url, report}
  #heard = new Heard();
  #opened = performance.now();
  #openedAt = Date.now();
  #visit = "";
  #track = null;
  #place = 0;
  #number = 0;
  #lastNumber = 0;
  #sentAt = 0;
  #savedAt = 0;
  #store = new Store("hear");
  #tell;

  // tell(places): what the server says of each audio's place.
  constructor(user, tell) {
    this.#tell = tell;
    this.#own = `${user}.`;
    this.#draft = `${this.#own}draft.${random()}`;
    this.device = recall(DEVICE) ?? random().slice(0, 36);
    remember(DEVICE, this.device);
    addEventListener("online", () => this.send());
    document.addEventListener("log-out", () => this.#leave());
    addEventListener("storage", ({ key, newValue }) => key === DEVICE && newValue === null && this.#leave());
    addEventListener("pagehide", () => this.report());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.report());
  }

  // What pages before this one left behind. A page that died a moment ago is known by its lock, where there are locks;
  // else it is asked for once more when it must have written again.
  async start() {
    const alive = await navigator.locks?.query().then(({ held }) => new Set(held.map(({ name }) => name)), () => null);
    let isLater = false;
    for (const [name, kept] of await this.#store.rows()) {
      const isDraft = name.startsWith(`${this.#own}draft.`);
      const lives = isDraft && (alive ? alive.has(ALIVE + name) : Date.now() - kept.savedAt < DEAD_MS);
      isLater ||= lives && !alive;
      if (lives || name === this.#draft) continue;
      if (!name.startsWith(this.#own)) this.#store.remove(name); // somebody else's
      else if (isDraft) this.#keep(kept.url, kept.report).then(() => this.#store.remove(name));
      else this.#box.set(kept.report.seq, kept);
    }
    if (isLater) setTimeout(() => this.start(), DEAD_MS);
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
    this.#live();
    const now = performance.now();
    if (!this.#sentAt) this.#sentAt = now;
    if (now - this.#sentAt >= REPORT_MS) return this.report(true);
    if (now - this.#savedAt < 1000) return;
    this.#savedAt = now;
    this.#store.put(this.#draft, { url: this.#track.heard_url, report: this.#made(true), savedAt: Date.now() });
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
    this.#store.remove(this.#draft);
    if (this.#box.size) this.send();
  }

  async send() {
    const kept = [...this.#box.values()].sort((a, b) => b.report.seq - a.report.seq);
    for (const url of new Set(kept.map((one) => one.url))) {
      const reports = kept.filter((one) => one.url === url).map(({ report }) => report);
      for (let from = 0; from < reports.length; from += AT_ONCE) await this.#post(url, reports.slice(from, from + AT_ONCE));
    }
  }

  // Held until the page is gone.
  #live() {
    if (this.#isAlive) return;
    this.#isAlive = true;
    navigator.locks?.request(ALIVE + this.#draft, () => new Promise(() => {})).catch(() => {});
  }

  #leave() {
    this.report();
    this.#isOver = true;
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
    // Above all before it, even if a killed browser forgot the last ones, or the clock was put back.
    this.#lastNumber = Math.max(this.#lastNumber + 1, (recall(NUMBER) ?? 0) + 1, Date.now());
    if (!this.#isOver) remember(NUMBER, this.#lastNumber);
    return this.#lastNumber;
  }

  #keep(url, report) {
    this.#box.set(report.seq, { url, report });
    return this.#store.put(`${this.#own}report.${report.seq}`, { url, report });
  }

  #drop(numbers) {
    for (const number of numbers) this.#box.delete(number);
    this.#store.remove(...numbers.map((number) => `${this.#own}report.${number}`));
  }

  async #post(url, reports) {
    try {
      const reply = await post(url, { reports }, { keepalive: true });
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
