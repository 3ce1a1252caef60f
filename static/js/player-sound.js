// The <audio> behind the player. It loads nothing before it is asked to play, keeps the place meanwhile, and asks for a
// fresh address when one has grown old. Fires: time, playing, silent, jump, ended, stuck.
const TOO_SOON_MS = 20_000; // a second failure within this is told instead of tried away

export class Sound extends EventTarget {
  #audio;
  #place = 0; // where to begin once the file is there
  #renew;
  #renewedAt = -Infinity;
  #isWanted = false; // to play
  isStuck = false; // while somebody wants to hear it

  // renew(): Promise of a fresh address of what is playing.
  constructor(audio, renew) {
    super();
    this.#audio = audio;
    this.#renew = renew;
    const tell = (name) => () => this.dispatchEvent(new Event(name));
    audio.addEventListener("loadedmetadata", () => this.#begin());
    audio.addEventListener("timeupdate", () => this.#audio.seeking || this.#place || tell("time")());
    audio.addEventListener("playing", tell("playing"));
    audio.addEventListener("pause", tell("silent"));
    audio.addEventListener("seeking", tell("jump"));
    audio.addEventListener("ended", tell("ended"));
    audio.addEventListener("error", () => this.#audio.getAttribute("src") && this.#recover());
  }

  get time() {
    return this.#place || this.#audio.currentTime;
  }

  get isPlaying() {
    return !this.#audio.paused;
  }

  get rate() {
    return this.#audio.playbackRate;
  }

  set rate(rate) {
    this.#audio.defaultPlaybackRate = rate;
    this.#audio.playbackRate = rate;
  }

  set volume(volume) {
    this.#audio.volume = volume;
  }

  load(address, time) {
    this.#audio.src = address;
    this.#place = time;
  }

  seek(time) {
    if (!this.#audio.readyState) {
      this.#place = time;
      return this.dispatchEvent(new Event("jump"));
    }
    this.#audio.currentTime = time;
  }

  async play() {
    this.#isWanted = true;
    try {
      await this.#audio.play();
    } catch (error) {
      // AbortError: a pause or another file came between. What the file itself does wrong comes as an event.
      if (error.name === "NotAllowedError") this.#isWanted = false;
    }
  }

  pause() {
    this.#isWanted = false;
    this.isStuck = false;
    this.#audio.pause();
  }

  #begin() {
    const place = this.#place;
    this.#place = 0;
    if (place) this.#audio.currentTime = place;
  }

  async #recover() {
    const place = this.time;
    this.#place = place;
    const now = performance.now();
    if (now - this.#renewedAt > TOO_SOON_MS) {
      this.#renewedAt = now;
      try {
        const { rate } = this;
        this.load(await this.#renew(), place);
        this.rate = rate;
        if (this.#isWanted) await this.play();
        return;
      } catch {
        // told below
      }
    }
    this.isStuck = this.#isWanted;
    this.dispatchEvent(new Event("stuck"));
  }

  // After "stuck": a person asks for it, or the connection is back.
  retry() {
    this.#renewedAt = -Infinity;
    this.#isWanted = true;
    this.isStuck = false;
    this.#recover();
  }
}
