// <details data-menu> closes on Esc (focus goes back to its button), on a press elsewhere and when focus leaves it.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("pointerdown", ({ target }) => closeMenus(target.closest?.("details[data-menu]")));
document.addEventListener("focusin", ({ target }) => closeMenus(target.closest?.("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// <details class="sheet--aside"> stands open beside the text, where its button is hidden (outline.css).
const isBeside = matchMedia("(min-width: 960px)");
function unfold() {
  for (const sheet of document.querySelectorAll("details.sheet--aside")) sheet.open = isBeside.matches;
}
isBeside.addEventListener("change", unfold);
unfold();
