// <copy-button from="ID"> or, inside .code, without it: holds a <button> that copies the text and says so
// (data-done on the button has the words).
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#copy);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#copy);
  }

  #copy = async () => {
    const id = this.getAttribute("from");
    const source = id ? document.getElementById(id) : this.closest(".code")?.querySelector("pre");
    if (!source) return;
    await navigator.clipboard.writeText((source.value ?? source.textContent).trimEnd());
    const text = this.querySelector("button")?.dataset.done ?? "";
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  };
}
customElements.define("copy-button", CopyButton);
