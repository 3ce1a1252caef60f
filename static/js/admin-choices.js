// Gives the choices that are searched for (Django's Select2) a name: the label of their field.

function name(within) {
  for (const select of within.querySelectorAll("select.admin-autocomplete")) {
    const shown = document.getElementById(`select2-${select.id}-container`);
    const label = document.querySelector(`label[for="${select.id}"]`);
    const words = select.getAttribute("aria-label") ?? label?.textContent.replace(/:\s*$/, "");
    if (shown && words) shown.setAttribute("aria-label", words);
  }
}

// Django's own script makes them when jQuery says that the document is ready, and when a row is added: wait for both.
document.addEventListener("DOMContentLoaded", () => window.django.jQuery(() => name(document)));
document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
