// One of a person's tabs plays at a time: who begins hushes the others.
export class Alone {
  #channel = globalThis.BroadcastChannel && new BroadcastChannel("hear");

  constructor(hush) {
    this.#channel?.addEventListener("message", hush);
  }

  begin() {
    this.#channel?.postMessage("playing");
  }
}
