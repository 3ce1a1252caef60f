// <show-password for="ID of a password field"> holds a <button data-show="…" data-hide="…"> that shows what was typed
// and hides it again. It is hidden again before the form is sent, so that browsers still offer to keep the password.
class ShowPassword extends HTMLElement {
  #field;
  #button;

  connectedCallback() {
    this.#field = document.getElementById(this.getAttribute("for"));
    this.#button = this.querySelector("button");
    if (!this.#field || !this.#button) return;
    this.#button.addEventListener("click", this.#toggle);
    this.#field.form?.addEventListener("submit", this.#hide);
  }

  disconnectedCallback() {
    this.#button?.removeEventListener("click", this.#toggle);
    this.#field?.form?.removeEventListener("submit", this.#hide);
  }

  #toggle = () => this.#show(this.#field.type === "password");

  #hide = () => this.#show(false);

  #show(shown) {
    this.#field.type = shown ? "text" : "password";
    this.#button.textContent = shown ? this.#button.dataset.hide : this.#button.dataset.show;
  }
}
customElements.define("show-password", ShowPassword);
