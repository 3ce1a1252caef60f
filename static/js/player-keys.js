// The player's keys. Nothing happens while somebody types, with Ctrl, Alt or Meta, behind an open dialog, or where
// <body data-keys="off">; Space and the arrows belong to a control that has the focus.
const CONTROLS = "a, button, summary, input, textarea, select, audio, video, [contenteditable], [role=slider]";
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const LIKE_CONTROLS = [" ", "ArrowLeft", "ArrowRight"];

// actions: key → function.
export function listen(player, actions) {
  document.addEventListener("keydown", (event) => {
    const act = actions[event.key];
    if (!act || player.hidden || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.(LIKE_CONTROLS.includes(event.key) ? CONTROLS : TYPING)) return;
    if (event.target.closest?.(".scroll, pre") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    act();
  });
}

// The rows of the list behind "?", which comes anew with each page.
export function list(player) {
  const rows = document.querySelector("#keys dl");
  if (!rows || rows.querySelector("[data-player-key]")) return;
  const fresh = player.querySelector("template[data-keys]").content.cloneNode(true);
  rows.insertBefore(fresh, rows.children[rows.children.length - 2] ?? null);
}
