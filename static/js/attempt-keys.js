// A–H and 1–8 choose an answer, q opens the palette. (n, p and f stand on their buttons: see keys.js.) As everywhere,
// nothing happens while somebody types, behind a dialog or where keys are switched off.
const LETTERS = "abcdefgh";
const TAKEN = "f"; // flags

function choiceOf(key) {
  if (key === TAKEN) return 0;
  return LETTERS.indexOf(key.toLowerCase()) + 1 || Number(/^[1-8]$/.test(key) && key);
}

export function listenToKeys({ palette, form }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    if (event.key === "q" && palette.isThere) {
      event.preventDefault();
      return palette.toggle();
    }
    const choice = choiceOf(event.key);
    const input = choice && form()?.querySelector(`[data-choice="${choice}"]:not(:disabled)`);
    if (!input) return;
    event.preventDefault();
    input.focus();
    input.click();
  });
}

export function offerToSwitchOff() {
  document.querySelector("#keys [data-do=keys]")?.addEventListener("click", async ({ target }) => {
    const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
    const reply = await fetch(target.dataset.url, { method: "POST", headers, body: new URLSearchParams({ shortcuts_on: "false" }) }).catch(() => null);
    if (!reply?.ok) return;
    document.body.dataset.keys = "off";
    target.closest("dialog").close();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: target.dataset.off } }));
  });
}
