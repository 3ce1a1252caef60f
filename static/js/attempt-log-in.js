// Logging in again inside the page: posts to the log-in page itself. A second factor is asked for in a tab of its own; the
// test goes on when one comes back.
export class LogIn {
  #dialog;
  #back;

  // back(): somebody is logged in again.
  constructor(dialog, back) {
    this.#dialog = dialog;
    this.#back = back;
    dialog.querySelector("[data-log-in]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(event.target);
    });
  }

  // email: of the person whose test this is, when somebody else is logged in.
  open(email = "") {
    this.#tell(email && this.#dialog.dataset.other.replace("{email}", email));
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.querySelector("[type=password]").focus();
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
    this.#dialog.querySelector("[type=password]").value = "";
  }

  #tell(sentence) {
    const trouble = this.#dialog.querySelector("[data-trouble]");
    trouble.hidden = !sentence;
    trouble.textContent = sentence;
  }

  async #submit(form) {
    const { url, wrong, many, unreached } = this.#dialog.dataset;
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    this.#tell("");
    try {
      const page = await fetch(url, { cache: "no-store" });
      if (page.redirected) return this.#back(); // logged in already, in another tab
      const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('main [name="csrfmiddlewaretoken"]');
      const body = new FormData(form);
      body.set("csrfmiddlewaretoken", token.value);
      const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
      const reply = await fetch(url, { method: "POST", body, headers });
      if (reply.status === 429) return this.#tell(many);
      const data = await reply.json();
      if (!reply.ok) return this.#tell(mistake(data.form) || wrong);
      const isHalf = data.location?.includes("/2fa/");
      this.#dialog.querySelector("[data-second]").hidden = !isHalf;
      if (!isHalf) return this.#back();
    } catch {
      this.#tell(unreached);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}

function mistake(form) {
  const own = Object.values(form?.fields ?? {}).flatMap((field) => field.errors);
  return [...(form?.errors ?? []), ...own].join(" ");
}
