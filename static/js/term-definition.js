// <term-definition> wraps one <button class="term" popovertarget="ID">; the definition is the element [popover] #ID.
// The button alone opens it on a press, without this module. Here it is also placed beside the word, and shown while
// the pointer rests on the word or the keyboard is on it. Esc closes it and leaves focus on the word.
const REST_MS = 250; // a pointer on its way elsewhere opens nothing
const LEAVE_MS = 200; // time to move from the word onto its definition
const GAP = 6; // px between word and definition
const EDGE = 8; // px kept free at the window's edge

class TermDefinition extends HTMLElement {
  #timer = 0;
  #isClosing = false;
  #word;
  #note;

  connectedCallback() {
    this.#word = this.querySelector("button[popovertarget]");
    this.#note = this.#word && document.getElementById(this.#word.getAttribute("popovertarget"));
    if (!this.#note) return;
    this.#word.setAttribute("aria-expanded", "false");
    for (const part of [this.#word, this.#note]) {
      part.addEventListener("pointerenter", this.#enter);
      part.addEventListener("pointerleave", this.#leave);
    }
    this.#word.addEventListener("focus", this.#focus);
    this.#word.addEventListener("blur", this.#blur);
    this.#note.addEventListener("focusout", this.#blur);
    this.#note.addEventListener("beforetoggle", this.#beforeToggle);
    this.#note.addEventListener("toggle", this.#toggle);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#note?.removeEventListener("beforetoggle", this.#beforeToggle);
    this.#note?.removeEventListener("toggle", this.#toggle);
    this.#note?.removeEventListener("focusout", this.#blur);
    this.#note?.removeEventListener("pointerenter", this.#enter);
    this.#note?.removeEventListener("pointerleave", this.#leave);
  }

  #isOpen() {
    return this.#note.matches(":popover-open");
  }

  #open() {
    if (this.#isOpen() || !this.isConnected) return;
    // With its invoker named, Tab goes from the word into the definition and on from there.
    this.#note.showPopover({ source: this.#word });
    this.#place();
  }

  #close() {
    if (this.#isOpen() && this.#word.getAttribute("aria-expanded") === "true") this.#note.hidePopover();
  }

  // Several words may share one definition: only the word it stands beside answers for it.
  #place() {
    const word = this.#word.getClientRects()[0];
    if (!word) return;
    this.#note.dataset.placed = "";
    const { offsetWidth: width, offsetHeight: height } = this.#note;
    const right = document.documentElement.clientWidth - width - EDGE;
    const below = word.bottom + GAP;
    const fits = below + height + EDGE <= innerHeight || word.top - GAP - height < EDGE;
    this.#note.style.left = `${Math.max(EDGE, Math.min(word.left, right))}px`;
    this.#note.style.top = `${fits ? below : word.top - GAP - height}px`;
    this.#word.setAttribute("aria-expanded", "true");
  }

  #enter = ({ pointerType, currentTarget }) => {
    clearTimeout(this.#timer);
    if (pointerType === "mouse" && currentTarget === this.#word) this.#timer = setTimeout(() => this.#open(), REST_MS);
  };

  #leave = ({ pointerType }) => {
    clearTimeout(this.#timer);
    if (pointerType !== "mouse" || document.activeElement === this.#word) return;
    this.#timer = setTimeout(() => this.#close(), LEAVE_MS);
  };

  #focus = () => {
    if (!this.#isClosing && this.#word.matches(":focus-visible")) this.#open();
  };

  // Closing gives focus back to the word, which must not open it again.
  #beforeToggle = ({ newState }) => {
    this.#isClosing = newState === "closed";
  };

  // Out of the word and its definition: what comes next must not lie beneath it.
  #blur = ({ relatedTarget }) => {
    if (relatedTarget !== this.#word && !this.#note.contains(relatedTarget)) this.#close();
  };

  #toggle = ({ newState }) => {
    this.#isClosing = false;
    if (newState === "closed") {
      this.#word.setAttribute("aria-expanded", "false");
      delete this.#note.dataset.placed;
    } else if (document.activeElement === this.#word || this.#word.matches(":hover")) {
      this.#place();
    }
  };
}
customElements.define("term-definition", TermDefinition);
