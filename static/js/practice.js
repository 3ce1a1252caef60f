// Practice: a question is checked as a form, by htmx. Here only what a question itself can do: items move, words are
// counted, keys choose.
import { move, prepare, refresh } from "./attempt-form.js";
import { listenToKeys, offerToSwitchOff } from "./attempt-keys.js";

const form = () => document.getElementById("answer");

function begin() {
  if (form() && !("ready" in form().dataset)) prepare(form());
  if (form()) form().dataset.ready = "";
}

document.addEventListener("input", ({ target }) => target.form && target.form === form() && refresh(form()));
document.addEventListener("htmx:after:settle", () => {
  begin();
  // What could not be checked came back with the reason: on with the answer.
  if (form()?.querySelector("[data-error]:not([hidden])")) form().querySelector('[name^="value"]:not([hidden]), [data-move]:enabled')?.focus();
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-move], [data-keep]");
  if (!button || !form()?.contains(button)) return;
  if (button.matches("[data-keep]")) form().dataset.answered = "";
  else document.dispatchEvent(new CustomEvent("announce", { detail: { text: move(form(), button) } }));
  refresh(form());
});
// The places of an ordering go along as the form's own fields.
document.addEventListener("submit", ({ target }) => place(target), { capture: true });
listenToKeys({ palette: { isThere: false }, form });
offerToSwitchOff();
begin();

function place(source) {
  if (source !== form() || source?.dataset.kind !== "ordering") return;
  const isAnswered = "answered" in source.dataset;
  source.querySelectorAll(".order__place").forEach((select, number) => { select.value = isAnswered ? number + 1 : ""; });
}
