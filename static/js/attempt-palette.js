// All questions as numbers: what is answered, flagged and shown, and a way through them with arrows.
export class Palette {
  #element;
  #sheet; // <details> around it, which folds on small screens
  #wide = matchMedia("(min-width: 960px)");

  constructor(element) {
    this.#element = element;
    this.#sheet = element?.closest("details");
    this.#sheet?.addEventListener("toggle", () => this.prepare());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && !this.#wide.matches && this.fold());
    element?.addEventListener("keydown", (event) => this.#key(event));
    if (element) this.show(Number(this.#cells.find((cell) => cell.ariaCurrent)?.dataset.go ?? 0));
  }

  get #cells() {
    return this.#element ? [...this.#element.querySelectorAll("[data-go]")] : [];
  }

  // How many are answered here, as far as this page knows.
  get answered() {
    return this.#cells.filter((cell) => "answered" in cell.dataset).length;
  }

  show(number) {
    for (const cell of this.#cells) {
      const isHere = Number(cell.dataset.go) === number;
      if (isHere) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
      cell.tabIndex = isHere ? 0 : -1;
    }
    if (!number && this.#cells.length) this.#cells[0].tabIndex = 0;
  }

  mark(number, { isAnswered, isFlagged }) {
    const cell = this.#cells.find((one) => Number(one.dataset.go) === number);
    if (!cell) return;
    cell.toggleAttribute("data-answered", isAnswered);
    cell.toggleAttribute("data-flagged", isFlagged);
    const { question, answered, empty, flagged } = this.#element.dataset;
    const words = [question.replace("{number}", number), isAnswered ? answered : empty];
    cell.setAttribute("aria-label", (isFlagged ? [...words, flagged] : words).join(", "));
  }

  get isThere() {
    return Boolean(this.#element);
  }

  // The button that opens it comes with each question.
  prepare() {
    const button = document.querySelector("[data-do=palette]");
    if (!button || !this.isThere) return;
    button.hidden = false;
    button.setAttribute("aria-expanded", String(this.#sheet.open));
  }

  toggle() {
    if (!this.#wide.matches && this.#sheet.open) return this.fold();
    this.#sheet.open = true;
    this.#cells.find((cell) => cell.tabIndex === 0)?.focus();
  }

  fold() {
    if (this.#wide.matches || !this.#sheet?.open) return;
    const hadFocus = this.#sheet.contains(document.activeElement);
    this.#sheet.open = false;
    if (hadFocus) document.querySelector("[data-do=palette]")?.focus();
  }

  #key(event) {
    const cells = this.#cells;
    const at = cells.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const isRight = getComputedStyle(this.#element).direction === "rtl" ? -1 : 1;
    const row = Math.max(1, cells.filter((cell) => cell.offsetTop === cells[at].offsetTop).length);
    const steps = { ArrowRight: isRight, ArrowLeft: -isRight, ArrowDown: row, ArrowUp: -row, Home: -at, End: cells.length };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = cells[Math.min(cells.length - 1, Math.max(0, at + steps[event.key]))];
    for (const cell of cells) cell.tabIndex = cell === next ? 0 : -1;
    next.focus();
  }
}
