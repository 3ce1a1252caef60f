// <time-zone-guess for="ID of a text field" hidden> holds a <button data-words="Use %s">. Where the browser's own time
// zone is not the one in the field, it shows itself; the button writes the zone into the field.
class TimeZoneGuess extends HTMLElement {
  #zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  #field;

  connectedCallback() {
    this.#field = document.getElementById(this.getAttribute("for"));
    const button = this.querySelector("button");
    if (!this.#field || !button || !this.#zone || this.#field.value === this.#zone) return;
    button.textContent = button.dataset.words.replace("%s", this.#zone);
    button.addEventListener("click", this.#use);
    this.hidden = false;
  }

  disconnectedCallback() {
    this.querySelector("button")?.removeEventListener("click", this.#use);
  }

  #use = () => {
    this.#field.value = this.#zone;
    this.#field.focus();
    this.hidden = true;
  };
}
customElements.define("time-zone-guess", TimeZoneGuess);
