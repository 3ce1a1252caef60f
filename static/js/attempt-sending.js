// Sends what the outbox holds, one batch at a time, and again until it is acknowledged: after a while, when the
// connection is back, when the page comes to the front. It stops where a person has to do something first.
import { asked, posted, renew } from "./attempt-asking.js";

const WAITS_S = [1, 2, 4, 8, 15, 30];
const AT_ONCE = 50; // answers
const UNFIT = [400, 413, 422]; // something in the batch, or its size
const OUTLIVES = 30; // of them in a request that may outlive the page: browsers take 64 KB
const STOPS = { 401: "log-in", 404: "foreign", 409: "elsewhere" };

export class Sender {
  stopped = ""; // one of STOPS, while nothing is sent
  #urls;
  #tab;
  #outbox;
  #tell;
  #heard;
  #sending = null;
  #wants = false;
  #failures = 0;
  #most = AT_ONCE;
  #timer = 0;

  // tell(kind): "saving", "saved", "retrying", "offline" or one of STOPS. heard(reply): what the server said.
  constructor({ urls, tab, outbox, tell, heard }) {
    [this.#urls, this.#tab, this.#outbox, this.#tell, this.#heard] = [urls, tab, outbox, tell, heard];
    const again = () => this.resume();
    for (const event of ["online", "focus", "pageshow"]) addEventListener(event, again);
    addEventListener("offline", () => this.#fail());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") again();
      else this.#leave();
    });
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("log-out", () => this.#leave());
  }

  // Resolves when all is acknowledged, or when it cannot be now. Asks for the time also when there is nothing to send.
  send() {
    if (this.stopped) return Promise.resolve();
    this.#wants = true;
    this.#sending ??= this.#loop().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  resume() {
    if (this.stopped !== "elsewhere") this.stopped = "";
    return this.send();
  }

  async takeOver() {
    try {
      const { status, data } = await this.#careful(() => posted(this.#urls.tab, { tab: this.#tab }));
      if (status !== 200 || !data) return this.#stop(status) || this.#fail();
      this.stopped = "";
      this.#heard(data);
      await this.send();
      return true;
    } catch {
      return this.#fail();
    }
  }

  async #loop() {
    clearTimeout(this.#timer);
    while (this.#wants) {
      this.#wants = false;
      if (!(await this.#once())) return;
      this.#wants ||= this.#outbox.size > 0;
    }
  }

  async #once() {
    const sent = this.#outbox.items.slice(0, this.#most);
    if (sent.length) this.#tell("saving");
    try {
      const { status, data } = await this.#careful(() => posted(this.#urls.answers, { tab: this.#tab, answers: sent }));
      if (data && UNFIT.includes(status) && sent.length) return this.#sift(sent);
      if (status !== 200 || !data) return this.#stop(status) || this.#fail();
      const done = this.#outbox.settle(sent, data);
      this.#heard(data);
      if (sent.length && !done && this.#outbox.items[0] === sent[0]) return this.#fail();
      this.#failures = 0;
      this.#most = AT_ONCE;
      if (sent.length || !this.#outbox.size) this.#tell("saved", sent.length);
      return true;
    } catch {
      return this.#fail();
    }
  }

  // One answer that the server never takes must not hold up the others: they go one by one, and that one is told.
  #sift(sent) {
    if (sent.length === 1) {
      const reply = { refused: { [sent[0].slot]: this.#urls.refused }, state: "open" };
      this.#outbox.settle(sent, reply);
      this.#heard(reply);
      if (!this.#outbox.size) this.#tell("saved", 0);
    }
    this.#most = 1;
    return true;
  }

  // A log-in in another tab has changed the token: one fetch of the new one, one more try.
  async #careful(ask) {
    const reply = await ask();
    if (reply.status !== 403) return reply;
    const { status, data } = await asked(this.#urls.state);
    if (status !== 200 || !data) return { status, data: null };
    renew(data.csrf);
    return ask();
  }

  #stop(status) {
    if (!(status in STOPS)) return false;
    this.stopped = STOPS[status];
    this.#tell(this.stopped);
    return false;
  }

  #fail() {
    if (this.stopped) return false;
    clearTimeout(this.#timer);
    const wait = WAITS_S[Math.min(this.#failures++, WAITS_S.length - 1)];
    this.#timer = setTimeout(() => this.send(), wait * 1000 * (0.8 + 0.4 * Math.random()));
    this.#tell(navigator.onLine ? "retrying" : "offline");
    return false;
  }

  // Whatever becomes of the page, this still goes; it stays in the outbox, as nobody may be left to hear the reply.
  #leave() {
    const answers = this.#outbox.items.slice(0, OUTLIVES);
    if (!answers.length || this.stopped) return;
    posted(this.#urls.answers, { tab: this.#tab, answers }, { keepalive: true, signal: undefined }).then(
      ({ status, data }) => status === 200 && data && this.#outbox.settle(answers, data),
      () => {},
    );
  }
}
