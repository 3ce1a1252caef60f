// Speaks and shows what the other modules say. Listens on document: `announce` {text, urgent}, `toast` {text}.
// Needs #live-polite, #live-assertive, #toasts and <template id="toast"> from base.html.
const TOAST_MS = 6000; // long enough for two short sentences; focus or pointer on it stops the clock

function announce(text, urgent) {
  const region = document.getElementById(urgent ? "live-assertive" : "live-polite");
  if (!region) return;
  region.textContent = "";
  // The same words twice are news only if the region was empty in between.
  setTimeout(() => { region.textContent = text; }, 50);
}

function showToast(text) {
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  let timer = setTimeout(() => toast.remove(), TOAST_MS);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => toast.remove(), TOAST_MS); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
  toast.querySelector("button").addEventListener("click", () => { hold(); toast.remove(); });
  document.getElementById("toasts").append(toast);
}

document.addEventListener("announce", ({ detail }) => announce(detail.text, detail.urgent));
document.addEventListener("toast", ({ detail }) => {
  showToast(detail.text);
  announce(detail.text, false);
});

// Who comes to a place in the middle of the page does not see what the last action said at its top.
for (const notice of document.querySelectorAll("main [role=status] .notice span")) {
  if (location.hash) showToast(notice.textContent);
}

const offline = document.getElementById("offline");
function tellConnection() {
  if (!offline || offline.hidden === navigator.onLine) return;
  offline.hidden = navigator.onLine;
  if (!navigator.onLine) announce(offline.textContent.trim(), false);
}
addEventListener("online", tellConnection);
addEventListener("offline", tellConnection);
tellConnection();
