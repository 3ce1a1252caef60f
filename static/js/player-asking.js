// Requests of the player to its own server.

export function ask(url) {
  return fetch(url, { headers: { Accept: "application/json" } });
}

// options: of fetch, where it is to differ.
export function send(url, body, options = {}) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), ...options });
}
