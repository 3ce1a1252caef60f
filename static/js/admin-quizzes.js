// Forms of questions on the desk. Without this module rows come in blank ones and Markdown is seen after saving.
// <desk-rows prefix="options"> around a table of rows: its button [data-more] adds a copy of template[data-blank].
// form[data-markdown="address"]: a button under each textarea.markdown shows it as it will look.

class DeskRows extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const button = this.querySelector("[data-more]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.#add(), { signal: this.#controller.signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #add() {
    const prefix = this.getAttribute("prefix");
    const total = this.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const most = Number(this.querySelector(`[name="${prefix}-MAX_NUM_FORMS"]`).value);
    const number = Number(total.value);
    if (number >= most) return;
    const row = this.querySelector("template[data-blank]").content.cloneNode(true);
    for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace("__prefix__", number);
    for (const field of row.querySelectorAll("[id]")) field.id = field.id.replace("__prefix__", number);
    const first = row.querySelector("textarea, input:not([type=hidden]), select");
    this.querySelector("[data-rows]").append(row);
    total.value = number + 1;
    first.focus();
  }
}
customElements.define("desk-rows", DeskRows);

function preview(form, area) {
  const template = document.getElementById("markdown-preview");
  const box = template.content.firstElementChild.cloneNode(true);
  const button = box.querySelector("button");
  const shown = box.querySelector("div");
  area.closest(".flex-container").after(box);
  button.addEventListener("click", async () => {
    const body = new FormData();
    body.set("text", area.value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.markdown, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      // The server's own rendering, sanitised there like every text of an author.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      shown.replaceChildren(...page.querySelector(".desk-prose").childNodes);
    } catch {
      shown.textContent = template.dataset.failed;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

for (const form of document.querySelectorAll("form[data-markdown]")) {
  for (const area of form.querySelectorAll(".flex-container > textarea.markdown")) preview(form, area);
}
