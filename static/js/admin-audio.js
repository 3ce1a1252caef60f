// <recording-upload begin="address" most="bytes"> around a plain form with one file: sends it in pieces, goes on after a
// broken connection by itself and, when the same file is chosen again, after a reload. Words and bar come from its
// <template data-progress>. Without this module the form sends the file in one go.
const PIECE = 4 * 1024 * 1024; // bytes
const PAUSES = [1, 2, 4, 8, 15]; // seconds between two tries
const KEPT = "recording:"; // in localStorage: where a file was on its way to

class Refused extends Error {}

class RecordingUpload extends HTMLElement {
  #controller;
  #words;
  #bar;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.querySelector("form").addEventListener("submit", (event) => this.#start(event), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #start(event) {
    const form = event.target;
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) return;
    event.preventDefault();
    this.#show();
    if (file.size > Number(this.getAttribute("most"))) {
      this.#tell("large");
      return;
    }
    const button = form.querySelector("button");
    button.disabled = true;
    this.#send(file, form.elements.csrfmiddlewaretoken.value)
      .catch((error) => {
        if (error.name === "AbortError") return;
        if (error instanceof Refused && error.message) this.#words.textContent = error.message;
        else this.#tell("failed");
      })
      .finally(() => { button.disabled = false; });
  }

  async #send(file, token) {
    const key = `${KEPT}${this.getAttribute("begin")}:${file.name}:${file.size}:${file.lastModified}`;
    let upload = await this.#known(key, token);
    if (upload) this.#tell("resumed", upload.received / file.size);
    else upload = await this.#begin(file, key, token);
    while (upload.received < file.size) {
      const piece = file.slice(upload.received, upload.received + PIECE);
      const headers = { "Upload-Offset": String(upload.received), "Content-Type": "application/octet-stream" };
      const said = await this.#ask(upload.address, token, { method: "POST", body: piece, headers });
      upload.received = said.received;
      this.#tell("sending", upload.received / file.size);
    }
    this.#tell("ending");
    await this.#ask(upload.address, token, { method: "POST" });
    forget(key);
    location.reload();
  }

  async #begin(file, key, token) {
    const body = JSON.stringify({ name: file.name, size: file.size });
    const headers = { "Content-Type": "application/json" };
    const upload = await this.#ask(this.getAttribute("begin"), token, { method: "POST", body, headers });
    remember(key, upload.address);
    return upload;
  }

  async #known(key, token) {
    const address = recall(key);
    if (!address) return null;
    try {
      return { address, ...(await this.#ask(address, token, { method: "GET" })) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      forget(key); // it has ended, or was swept
      return null;
    }
  }

  // The answer as data. Waits and tries again while the network or the server is away; 409 says where to go on.
  async #ask(address, token, options) {
    const { signal } = this.#controller;
    const headers = { ...options.headers, "X-CSRFToken": token, Accept: "application/json" };
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(address, { ...options, headers, signal }).catch((error) => {
        if (error.name === "AbortError") throw error;
        return null;
      });
      if (answer && answer.status < 500) {
        const said = await answer.json().catch(() => ({}));
        if (answer.ok || (answer.status === 409 && "received" in said)) return said;
        throw new Refused(said.detail ?? "");
      }
      this.#tell("waiting");
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)], signal);
    }
  }

  #show() {
    this.querySelector(":scope > .desk-progress")?.remove();
    this.append(this.querySelector("template[data-progress]").content.cloneNode(true));
    this.#words = this.querySelector(":scope > .desk-progress [role=status]");
    this.#bar = this.querySelector(":scope > .desk-progress progress");
  }

  #tell(what, share) {
    this.#words.textContent = this.#words.dataset[what].replace("{share}", Math.floor((share ?? 0) * 100));
    if (share !== undefined) this.#bar.value = share * 100;
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

// Browsers may refuse to remember: then a reload begins anew.
function remember(key, value) { try { localStorage.setItem(key, value); } catch { /* see above */ } }
function recall(key) { try { return localStorage.getItem(key); } catch { return null; } }
function forget(key) { try { localStorage.removeItem(key); } catch { /* see above */ } }

customElements.define("recording-upload", RecordingUpload);
