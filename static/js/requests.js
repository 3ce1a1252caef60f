// What all htmx requests share: the CSRF token (from <meta name="csrf-token">, on pages for one person only), the thin
// line while one lasts, `aria-busy` on its button, and words with a Retry button where one failed.
let running = 0;
const line = document.getElementById("progress-line");
const SAFE = ["GET", "HEAD"];

function tellRunning(change) {
  running = Math.max(0, running + change);
  line?.toggleAttribute("data-on", running > 0);
}

document.addEventListener("htmx:config:request", ({ detail }) => {
  const { request } = detail.ctx;
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && !SAFE.includes(request.method)) request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:before:request", ({ detail }) => {
  tellRunning(1);
  const { sourceElement, request } = detail.ctx;
  (request.submitter ?? sourceElement).setAttribute("aria-busy", "true");
  clearFailure(sourceElement);
});

document.addEventListener("htmx:finally:request", ({ detail }) => {
  tellRunning(-1);
  const { sourceElement, request } = detail.ctx;
  (request.submitter ?? sourceElement).removeAttribute("aria-busy");
});

document.addEventListener("htmx:error", ({ detail }) => tellFailure(detail.ctx));
document.addEventListener("htmx:response:error", ({ detail }) => {
  // 409 and 422 bring their own words, in the part they swap in.
  if (![409, 422].includes(detail.ctx.response.status)) tellFailure(detail.ctx);
});

function failureAfter(element) {
  const next = element.nextElementSibling;
  return next?.matches("[data-request-failed]") ? next : null;
}

function clearFailure(element) {
  failureAfter(element)?.remove();
}

function tellFailure({ sourceElement, request }) {
  const template = document.getElementById("request-failed");
  if (!template || !sourceElement.isConnected) return;
  clearFailure(sourceElement);
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.querySelector("button").addEventListener("click", () => {
    notice.remove();
    if (sourceElement.matches("form")) sourceElement.requestSubmit(request.submitter ?? null);
    else sourceElement.click();
  });
  sourceElement.after(notice);
  const text = notice.querySelector("[data-text]").textContent.trim();
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}
