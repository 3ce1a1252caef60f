// Requests of an open test to its own server. Replies are JSON; anything else is taken for trouble on the way.
const PATIENCE_MS = 15_000;

const meta = () => document.querySelector('meta[name="csrf-token"]');

function options(more) {
  return { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout?.(PATIENCE_MS), ...more };
}

// {status, data}; data is null where the reply is none of ours. Throws when there was no reply.
async function answered(request) {
  const reply = await request;
  const isOurs = reply.headers.get("Content-Type")?.includes("json");
  return { status: reply.status, data: isOurs ? await reply.json() : null };
}

export function asked(url) {
  return answered(fetch(url, options({ headers: { Accept: "application/json" } })));
}

export function posted(url, body, more = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": meta()?.content ?? "" };
  return answered(fetch(url, options({ method: "POST", headers, body: JSON.stringify(body), ...more })));
}

// Log-ins elsewhere change the token: every form and request of this page gets the new one.
export function renew(token) {
  if (meta()) meta().content = token;
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}
