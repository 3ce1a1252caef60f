// <theme-switch> holds buttons [data-theme-choice="system|light|dark"]. A visitor's choice is kept on the device; with
// `save="URL"` (signed in) it is posted there as `theme`, so it follows the person.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#choose);
    this.#show(document.documentElement.dataset.theme ?? "system");
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#choose);
  }

  #choose = ({ target }) => {
    const theme = target.closest("[data-theme-choice]")?.dataset.themeChoice;
    if (!theme) return;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const other of document.querySelectorAll("theme-switch")) other.#show(theme);
    this.#keep(theme);
  };

  #show(theme) {
    for (const button of this.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  #keep(theme) {
    const url = this.getAttribute("save");
    if (url) {
      const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
      fetch(url, { method: "POST", body: new URLSearchParams({ theme }), headers: { "X-CSRFToken": token } });
      return;
    }
    try {
      if (theme === "system") localStorage.removeItem("look.theme");
      else localStorage.setItem("look.theme", theme);
    } catch {
      // storage is forbidden: the choice holds for this page
    }
  }
}
customElements.define("theme-switch", ThemeSwitch);
