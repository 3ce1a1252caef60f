// Search in the transcript, and the switch for following. The page brings #transcript-tools (study/_player_find.html).
import { matches } from "./player-logic.js";
import { highlight, lettersOf, rangeOf } from "./player-transcript.js";

const FOLLOW = "hear.follow";

export class Find {
  #transcript;
  #tools = null;
  #found = [];
  #now = -1;

  constructor(transcript) {
    this.#transcript = transcript;
  }

  bind() {
    this.#tools = document.getElementById("transcript-tools");
    if (!this.#tools || this.#tools.dataset.bound) return;
    this.#tools.dataset.bound = "yes";
    this.#tools.hidden = false;
    const field = this.#tools.querySelector("input");
    field.addEventListener("input", () => this.#look(field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#go(event.shiftKey ? -1 : 1);
    });
    this.#tools.querySelector("[data-before]").addEventListener("click", () => this.#go(-1));
    this.#tools.querySelector("[data-after]").addEventListener("click", () => this.#go(1));
    const follow = this.#tools.querySelector("[data-follow]");
    follow.addEventListener("click", () => this.#follow(follow, follow.getAttribute("aria-pressed") !== "true"));
    this.#follow(follow, !isLetGo());
    this.#look("");
  }

  focus() {
    this.#tools?.querySelector("input").focus();
  }

  #follow(button, isOn) {
    button.setAttribute("aria-pressed", String(isOn));
    this.#transcript.isFollowing = isOn;
    try {
      sessionStorage.setItem(FOLLOW, isOn ? "on" : "off");
    } catch {
      // storage is forbidden: it holds until another page is loaded
    }
  }

  #look(words) {
    this.#found = [];
    for (const text of document.querySelectorAll("main :is(.turn__text, .chunk .block, .episode__title, .chunk h3)")) {
      const { text: letters, spots } = lettersOf(text);
      for (const span of matches(letters, words)) this.#found.push(rangeOf(spots, span));
    }
    this.#now = -1;
    highlight("player-found", this.#found);
    highlight("player-found-now", []);
    if (this.#found.length) this.#go(1);
    else this.#count(words.trim());
  }

  #go(step) {
    if (!this.#found.length) return;
    this.#now = (this.#now + step + this.#found.length) % this.#found.length;
    const range = this.#found[this.#now];
    highlight("player-found-now", [range]);
    scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 3, behavior: "instant" });
    this.#count("found");
  }

  #count(words) {
    const { some, none } = this.#tools.dataset;
    const text = some.replace("{number}", this.#now + 1).replace("{count}", this.#found.length);
    this.#tools.querySelector("output").textContent = words ? (this.#found.length ? text : none) : "";
    for (const button of this.#tools.querySelectorAll("[data-before], [data-after]")) {
      button.disabled = !this.#found.length;
    }
  }
}

function isLetGo() {
  try {
    return sessionStorage.getItem(FOLLOW) === "off";
  } catch {
    return false;
  }
}
