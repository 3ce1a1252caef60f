// The form of one question: what it says, and how to make it say something. Kinds as in quizzes.presenting.
const CHOSEN = ["single", "truefalse"];
const NAMED = ["matching", "cloze"];

const fields = (form) => [...form.querySelectorAll('[name^="value"]')];
const nameOf = (field) => field.name.slice("value-".length);

// The response, or null for a blank.
export function valueOf(form) {
  const { kind } = form.dataset;
  const chosen = fields(form).filter((field) => field.checked).map((field) => field.value);
  if (CHOSEN.includes(kind)) return chosen[0] ?? null;
  if (kind === "multiple") return chosen.length ? chosen : null;
  if (kind === "ordering") return "answered" in form.dataset ? orderOf(form) : null;
  if (NAMED.includes(kind)) {
    const given = fields(form).filter((field) => field.value).map((field) => [nameOf(field), field.value]);
    return given.length ? Object.fromEntries(given) : null;
  }
  return form.elements.value.value || null;
}

export function certaintyOf(form) {
  return Number(form.querySelector('[name="certainty"]:checked')?.value) || null;
}

export function fill(form, { value, certainty }) {
  const { kind } = form.dataset;
  const given = value ?? "";
  for (const field of fields(form)) {
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = [given].flat().includes(field.value);
    else if (NAMED.includes(kind)) field.value = given[nameOf(field)] ?? "";
    else if (kind !== "ordering") field.value = given;
  }
  for (const field of form.querySelectorAll('[name="certainty"]')) field.checked = Number(field.value) === certainty;
  if (kind === "ordering") arrange(form, value);
  refresh(form);
}

// What the script adds to a question that comes into the page.
export function prepare(form) {
  for (const one of form.querySelectorAll("[data-move], [data-keep]")) one.hidden = false;
  for (const one of form.querySelectorAll(".order__place")) one.hidden = true;
  if (form.querySelector("[data-keep][data-done]")) form.dataset.answered = "";
  refresh(form);
}

// Words that follow from what the form says.
export function refresh(form) {
  const keep = form.querySelector("[data-keep]");
  if (keep) keep.hidden = "answered" in form.dataset;
  form.querySelector("[data-clear]")?.toggleAttribute("hidden", valueOf(form) === null);
  const rows = [...form.querySelectorAll("[data-id]")];
  rows.forEach((row, place) => {
    row.querySelector('[data-move="-1"]')?.toggleAttribute("disabled", place === 0);
    row.querySelector('[data-move="1"]')?.toggleAttribute("disabled", place === rows.length - 1);
  });
  const counter = form.querySelector("[data-words]");
  if (counter) counter.textContent = words(counter.dataset, form.elements.value.value);
}

export function tellMistake(form, sentence) {
  const error = form.querySelector("[data-error]");
  error.hidden = !sentence;
  error.querySelector("span").textContent = sentence;
  for (const field of fields(form)) {
    if (sentence && !field.matches("[type=radio], [type=checkbox]")) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

export function lock(root) {
  for (const field of root.querySelectorAll("input, select, textarea, button")) field.disabled = true;
}

// Moves an item of an ordering; returns what to say.
export function move(form, button) {
  const row = button.closest("[data-id]");
  const other = button.dataset.move === "1" ? row.nextElementSibling : row.previousElementSibling;
  if (!other) return "";
  other[button.dataset.move === "1" ? "after" : "before"](row);
  form.dataset.answered = "";
  refresh(form);
  (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button)?.focus();
  const rows = [...row.parentElement.children];
  const { moved } = row.parentElement.dataset;
  const item = row.querySelector(".order__text").textContent.trim();
  return moved.replace("{item}", item).replace("{place}", rows.indexOf(row) + 1).replace("{all}", rows.length);
}

function orderOf(form) {
  return [...form.querySelectorAll("[data-id]")].map((row) => row.dataset.id);
}

function arrange(form, order) {
  form.toggleAttribute("data-answered", Boolean(order));
  const list = form.querySelector("[data-order]");
  for (const id of order ?? []) {
    const row = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (row) list.append(row);
  }
}

function words({ one, many }, text) {
  const count = text.trim() ? text.trim().split(/\s+/).length : 0;
  return count === 1 ? one : many.replace("{count}", count);
}
