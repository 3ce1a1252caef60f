// What is kept on this device until the server has it. In IndexedDB, because what is written there is on its way to the
// disk at once and outlives a browser that is killed; localStorage waits for seconds. Where nothing may be kept, nothing
// is. log-out.js deletes every database that is named here by somebody.
const ROWS = "kept";

export class Store {
  #database;

  constructor(name) {
    this.#database = opened(name).catch(() => null);
  }

  // [[name, value], …] by name.
  async rows() {
    let [names, values] = [[], []];
    await this.#act("readonly", (rows) => {
      rows.getAllKeys().onsuccess = ({ target }) => { names = target.result; };
      rows.getAll().onsuccess = ({ target }) => { values = target.result; };
    });
    return names.map((name, number) => [name, values[number]]);
  }

  put(name, value) {
    return this.#act("readwrite", (rows) => rows.put(value, name));
  }

  remove(...names) {
    return this.#act("readwrite", (rows) => names.forEach((name) => rows.delete(name)));
  }

  async #act(mode, act) {
    try {
      const transaction = (await this.#database).transaction(ROWS, mode);
      act(transaction.objectStore(ROWS));
      await new Promise((resolve) => {
        transaction.oncomplete = transaction.onabort = transaction.onerror = resolve;
      });
    } catch {
      // forbidden, full, or wiped by log-out.js: what is kept still goes out while the page lives
    }
  }
}

function opened(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(ROWS);
    request.onerror = reject;
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}
