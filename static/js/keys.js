// Keys. An element offers one with data-key="/" or data-key="g h" (two keys in a row); pressing it clicks the element,
// or focuses it when it is a field. `?` opens the list #keys. Nothing happens while somebody types, with Ctrl, Alt or
// Meta, behind an open dialog, or where <body data-keys="off">.
const SEQUENCE_MS = 1200; // between the two keys of `g h`
let first = "";
let firstAt = 0;

function typing(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") != null;
}

function offered(key) {
  return [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && element.checkVisibility(),
  );
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.body.dataset.keys === "off" || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    document.getElementById("keys")?.showModal();
    return;
  }
  const sequence = performance.now() - firstAt < SEQUENCE_MS ? `${first} ${event.key}` : event.key;
  const element = offered(sequence) ?? offered(event.key);
  first = event.key;
  firstAt = performance.now();
  if (!element) return;
  event.preventDefault();
  firstAt = 0;
  press(element);
});
