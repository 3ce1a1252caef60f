// <course-player> plays what can be heard of a course: see study/_player.html for its parts and data-… attributes.
// Its parts: player-sound (the <audio>), player-bar (what shows), player-transcript and player-find (the text on the
// page), player-evidence (what was heard, on its way to the server), player-bookmarks, player-pages (going on while pages
// change), player-alone (one tab at a time).
// Any element with data-play="number of an audio" starts it. `player:page` on document: <main> is a new page.
import { boundRate, clock, indexAt, rewind, STEP, timeOf } from "./player-logic.js";
import { Alone } from "./player-alone.js";
import { ask, send } from "./player-asking.js";
import { Bar } from "./player-bar.js";
import { Bookmarks } from "./player-bookmarks.js";
import { Evidence } from "./player-evidence.js";
import { Find } from "./player-find.js";
import { list as listKeys, listen as listenToKeys } from "./player-keys.js";
import { Pages } from "./player-pages.js";
import { handle, tell, tellPlace } from "./player-session.js";
import { Sleep } from "./player-sleep.js";
import { Sound } from "./player-sound.js";
import { Transcript } from "./player-transcript.js";

const BACK = 15;
const FORWARD = 30;
const RATE_KEPT_MS = 800; // after the last of several steps
const APART = 15; // seconds that another device must be away to be worth a word
const STALE_MS = 60_000; // a silence after which another device may have gone on

class CoursePlayer extends HTMLElement {
  tracks = new Map(); // audio → as study:audio tells it, with the addresses of its lesson
  isStarted = false; // something was played since this page was loaded
  #queue = null;
  #track = null;
  #rate = 1;
  #rateTimer = 0;
  #silentAt = 0;
  #offered = "";
  #alone = new Alone(() => this.#sound.pause());
  #bar;
  #bookmarks;
  #evidence = null;
  #find;
  #sleep = new Sleep();
  #sound;
  #transcript;

  connectedCallback() {
    if (this.#bar) return;
    const { rateStart, user } = this.dataset;
    this.#bar = new Bar(this);
    this.#bookmarks = new Bookmarks(this, this.#bar);
    this.#rate = boundRate(rateStart);
    this.#sound = new Sound(this.querySelector("audio"), () => this.#renew());
    if ("keeps" in this.dataset) this.#evidence = new Evidence(user, (places) => this.#elsewhere(places));
    this.#transcript = new Transcript(this);
    this.#find = new Find(this.#transcript);
    this.#hear();
    this.#listen();
    this.#setRate(this.#rate);
    new Pages(this);
    this.#begin();
  }

  // --- What others ask of it ---

  get track() {
    return this.#track;
  }

  async open(audio, at = null, play = true) {
    let track = this.tracks.get(Number(audio));
    if (!track) {
      const row = (await this.#allTracks()).find((one) => one.audio === Number(audio));
      if (!row) return;
      await this.#fetch(row.data);
      track = this.tracks.get(Number(audio));
    }
    if (!track) return;
    if (track !== this.#track) this.#turnTo(track, at ?? this.#placeOf(track));
    else if (at !== null) this.seek(at);
    if (play) this.#play();
  }

  seek(time) {
    if (!this.#track) return;
    this.#evidence?.stop();
    this.#sound.seek(Math.min(Math.max(0, time), Math.max(0, this.#track.seconds - 0.5)));
    this.#show();
  }

  // --- Beginning ---

  async #begin() {
    await this.#evidence?.start();
    if (!this.dataset.audio) return;
    try {
      await this.#fetch(this.dataset.audio);
    } catch {
      return; // offline: the page's own links still lead somewhere
    }
    const tracks = [...this.tracks.values()];
    if (!tracks.length) return;
    const wanted = timeOf(location.hash);
    const newest = tracks.toSorted((a, b) => newness(b) - newness(a))[0];
    const track = wanted ? (tracks.find(({ part }) => part === wanted.part) ?? tracks[0]) : newest;
    this.#turnTo(track, wanted?.seconds ?? this.#placeOf(track));
    if (wanted) this.#transcript.time(wanted.seconds, true);
  }

  async #fetch(url) {
    const reply = await ask(url);
    if (!reply.ok) throw new Error(reply.status);
    const { tracks, visit } = await reply.json();
    if (visit) this.#evidence?.open(visit);
    const root = url.replace(/audio\/$/, "");
    for (const track of tracks) {
      Object.assign(track, { data: url, address: `${root}listen/`, heard_url: `${root}heard/`, marks_url: `${root}bookmarks/` });
      const known = this.tracks.get(track.audio);
      // The track that plays stays the same object: what refers to it goes on.
      this.tracks.set(track.audio, known?.take === track.take ? Object.assign(known, track) : track);
    }
  }

  async #allTracks() {
    if (!this.#queue) {
      const reply = await ask(this.dataset.queue);
      if (!reply.ok) throw new Error(reply.status);
      this.#queue = (await reply.json()).tracks;
      this.#bar.queue(this.#queue, this.#track?.audio);
    }
    return this.#queue;
  }

  // The newer of both: where one stopped hearing, and where one stopped reading.
  #placeOf(track) {
    return track.reading?.seconds ?? track.place?.resume ?? 0;
  }

  #turnTo(track, at) {
    this.#evidence?.turnTo(track);
    this.#track = track;
    this.hidden = false;
    this.#sound.load(sourceOf(track), at);
    this.#sound.rate = this.#rate;
    this.#bar.turnTo(track);
    if (this.#queue) this.#bar.queue(this.#queue, track.audio);
    this.#onPage();
    this.#show();
  }

  // A page came: its transcript, its list of keys.
  #onPage() {
    if (!this.#track) return;
    this.#transcript.bind(this.#track);
    this.#find.bind();
    listKeys(this);
    if (this.isStarted) this.#transcript.time(this.#sound.time);
    this.#showButtons();
  }

  // --- Playing ---

  async #play() {
    const silent = this.#silentAt ? (Date.now() - this.#silentAt) / 1000 : 0;
    this.#freshen();
    if (rewind(silent)) this.seek(this.#sound.time - rewind(silent));
    this.#sound.volume = 1;
    tell(this.#track, this.dataset.album, this.dataset.artwork);
    await this.#sound.play();
  }

  #toggle() {
    if (this.#sound.isPlaying) return this.#sound.pause();
    // Who has read on since the page opened, and plays nothing yet, hears the paragraph that the eyes are at.
    const key = this.isStarted ? "" : document.querySelector("reading-place")?.place;
    const read = key && [...this.tracks.values()].find(({ cues }) => cues.some((cue) => cue.key === key));
    if (read) this.open(read.audio, read.cues.find((cue) => cue.key === key).start);
    else this.#play();
  }

  #hear() {
    const sound = this.#sound;
    sound.addEventListener("time", () => this.#time());
    sound.addEventListener("jump", () => { this.#evidence?.stop(); this.#show(); });
    sound.addEventListener("ended", () => this.#ended());
    sound.addEventListener("stuck", () => this.#bar.notice(this.dataset.stuck, this.dataset.again, () => sound.retry()));
    sound.addEventListener("playing", () => {
      this.isStarted = true;
      this.#silentAt = 0;
      this.#alone.begin();
      this.#bar.notice("");
      this.#showPlaying();
    });
    sound.addEventListener("silent", () => {
      this.#silentAt = Date.now();
      if (this.#sound.isPlaying) return;
      this.#evidence?.stop();
      this.#showPlaying();
    });
  }

  #time() {
    const { time } = this.#sound;
    if (this.#sound.isPlaying) {
      this.#evidence?.step(time, this.#rate);
      const { left, volume } = this.#sleep.step(this.#chapterLeft(time));
      this.#sound.volume = volume;
      if (left <= 0) this.#nap();
      else this.#bar.sleep(this.#sleep.choice, left === Infinity ? 0 : left);
    }
    this.#show();
  }

  #chapterLeft(time) {
    const { chapters, seconds } = this.#track;
    const next = chapters[indexAt(chapters, time) + 1];
    return ((next?.start ?? seconds) - time) / this.#rate - 0.2;
  }

  #nap(choice = "off") {
    if (choice === "off" && this.#sleep.choice !== "off") this.#sound.pause();
    this.#sleep.choose(choice);
    this.#bar.sleep(choice, Number(choice) * 60 || 0);
  }

  async #ended() {
    this.#evidence?.stop();
    if (this.#sleep.choice === "chapter") return this.#nap();
    const tracks = await this.#allTracks().catch(() => []);
    const next = tracks[tracks.findIndex(({ audio }) => audio === this.#track.audio) + 1];
    if (next) this.open(next.audio, null, true);
  }

  async #renew() {
    await this.#fetch(this.#track.data);
    const fresh = this.tracks.get(this.#track.audio);
    if (!fresh) throw new Error("gone");
    if (fresh !== this.#track) this.#turnTo(fresh, this.#placeOf(fresh));
    return sourceOf(fresh);
  }

  // --- The place on another device ---

  #elsewhere(places) {
    const place = places[this.#track?.audio];
    if (place) this.#offer(place, place.is_other);
  }

  async #freshen() {
    if (document.visibilityState !== "visible" || !this.#track) return;
    if (!this.#silentAt || Date.now() - this.#silentAt < STALE_MS) return;
    await this.#fetch(this.#track.data).catch(() => {});
    const { place } = this.#track;
    if (place) this.#offer(place, place.device !== this.#evidence?.device);
  }

  // Once for each place.
  #offer({ seconds, at }, isOther) {
    if (!isOther || this.#offered === at || Math.abs(seconds - this.#sound.time) < APART) return;
    this.#offered = at;
    const values = { time: clock(seconds) };
    this.#bar.notice(this.#bar.words("elsewhere", values), this.#bar.words("jump", values), () => this.seek(seconds));
  }

  // --- Showing ---

  #show() {
    const { time } = this.#sound;
    this.#bar.time(time, this.#rate);
    if (this.isStarted) this.#transcript.time(time);
    tellPlace(this.#sound.isPlaying, this.#track.seconds, time, this.#rate);
  }

  #showPlaying() {
    this.#bar.playing(this.#sound.isPlaying);
    this.toggleAttribute("data-playing", this.#sound.isPlaying);
    this.#showButtons();
    this.#show();
  }

  #showButtons() {
    for (const button of document.querySelectorAll("main [data-play]")) {
      const isThis = Number(button.dataset.play) === this.#track?.audio;
      button.toggleAttribute("data-on", isThis && this.#sound.isPlaying);
    }
  }

  #setRate(rate) {
    this.#rate = boundRate(rate);
    this.#sound.rate = this.#rate;
    this.#bar.rate(this.#rate);
    if (this.#track) this.#show();
  }

  #chooseRate(rate) {
    this.#setRate(rate);
    clearTimeout(this.#rateTimer);
    this.#rateTimer = setTimeout(() => this.#keepRate(), RATE_KEPT_MS);
    document.dispatchEvent(new CustomEvent("announce", { detail: { text: `${this.#rate}×` } }));
  }

  #keepRate() {
    if (this.#evidence && this.#rateTimer) send(this.dataset.rateUrl, { rate: this.#rate }, { keepalive: true }).catch(() => {});
    clearTimeout(this.#rateTimer);
    this.#rateTimer = 0;
  }

  // --- Hands ---

  #listen() {
    this.addEventListener("click", ({ target }) => this.#pressed(target));
    this.querySelector("[data-seek]").addEventListener("input", ({ target }) => this.seek(Number(target.value)));
    this.querySelector("[data-queue-menu]").addEventListener("toggle", () => this.#allTracks().catch(() => {}));
    document.addEventListener("click", (event) => this.#pressedOnPage(event));
    document.addEventListener("player:page", () => this.#onPage());
    document.addEventListener("htmx:after:settle", () => this.#onPage());
    document.addEventListener("visibilitychange", () => this.#sound.isPlaying || this.#freshen());
    addEventListener("pagehide", () => this.#keepRate());
    addEventListener("online", () => this.#sound.isStuck && this.#sound.retry());
    const skip = (seconds) => () => this.seek(this.#sound.time + seconds);
    const sentence = (step) => () => this.#track && this.seek(this.#transcript.beside(this.#sound.time, step));
    const faster = (step) => () => this.#chooseRate(this.#rate + step);
    this.#acts = {
      back: skip(-BACK), forward: skip(FORWARD), toggle: () => this.#toggle(), mark: () => this.#mark(),
      slower: faster(-STEP), faster: faster(STEP), more: () => this.#more(), dismiss: () => this.#bar.notice(""),
    };
    listenToKeys(this, {
      " ": this.#acts.toggle, ArrowLeft: this.#acts.back, ArrowRight: this.#acts.forward, b: this.#acts.mark,
      "<": faster(-STEP), ">": faster(STEP), ",": sentence(-1), ".": sentence(1),
      c: () => this.#openMenu("[data-chapters-menu]"), s: () => this.#find.focus(),
    });
    handle({
      play: () => this.#play(), pause: () => this.#sound.pause(), stop: () => this.#sound.pause(),
      seekbackward: this.#acts.back, seekforward: this.#acts.forward,
      seekto: ({ seekTime }) => this.seek(seekTime), previoustrack: sentence(-1), nexttrack: () => this.#ended(),
    });
  }

  #acts = {};

  #pressed(target) {
    const button = target.closest("button");
    if (!button) return;
    const { at, bookmark, do: name, play, preset, sleep } = button.dataset;
    if (name) this.#acts[name]?.();
    else if (bookmark) this.#bookmarks["note" in button.dataset ? "note" : "remove"](this.#track, bookmark);
    else if (preset) this.#chooseRate(Number(preset));
    else if (sleep) this.#nap(sleep);
    else if (at) this.open(this.#track.audio, Number(at));
    else if (button.closest("[data-queue-list]")) this.open(play);
    if (sleep || at) button.closest("details")?.removeAttribute("open");
  }

  async #pressedOnPage(event) {
    const button = event.target.closest?.("main [data-play]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const isThis = Number(button.dataset.play) === this.#track?.audio;
    if (isThis && this.#sound.isPlaying) return this.#sound.pause();
    try {
      await this.open(button.dataset.play);
    } catch {
      location.assign(button.href);
    }
  }

  #mark() {
    if (this.#evidence && this.#track) this.#bookmarks.add(this.#track, this.#sound.time);
  }

  #openMenu(selector) {
    const menu = this.querySelector(selector).closest("details");
    this.toggleAttribute("data-open", true);
    menu.open = true;
    (menu.querySelector("[aria-current]") ?? menu.querySelector("li button") ?? menu.querySelector("summary")).focus();
  }

  #more() {
    const isOpen = this.toggleAttribute("data-open");
    this.querySelector("[data-do=more]").setAttribute("aria-expanded", String(isOpen));
  }
}

function sourceOf({ sources }) {
  const probe = document.createElement("audio");
  return (sources.find(({ type }) => probe.canPlayType(type)) ?? sources[0]).src;
}

function newness({ place, reading }) {
  return Math.max(Date.parse(place?.at) || 0, Date.parse(reading?.at) || 0);
}

customElements.define("course-player", CoursePlayer);
