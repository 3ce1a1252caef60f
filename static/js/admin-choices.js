// Gives the choices that are searched for (Django's Select2) a name: the label of their field. An open one gets what
// screen readers want to know besides: which list goes with which field, and where one is.

function words(select) {
  const label = document.querySelector(`label[for="${select.id}"]`);
  return select.getAttribute("aria-label") ?? label?.textContent.replace(/:\s*$/, "") ?? "";
}

function name(within) {
  for (const select of within.querySelectorAll("select.admin-autocomplete")) {
    const shown = document.getElementById(`select2-${select.id}-container`);
    if (shown && words(select)) shown.setAttribute("aria-label", words(select));
  }
}

function nameOpen({ target: select }) {
  const results = `select2-${select.id}-results`;
  document.querySelector(`[aria-owns="${results}"][role=combobox]`)?.setAttribute("aria-controls", results);
  const open = document.getElementById(results)?.closest(".select2-dropdown");
  open?.setAttribute("role", "region");
  for (const part of [open, open?.querySelector(".select2-search__field")]) part?.setAttribute("aria-label", words(select));
}

// Django's own script makes them when jQuery says that the document is ready, and when a row is added: wait for both.
document.addEventListener("DOMContentLoaded", () => {
  window.django.jQuery(() => name(document));
  window.django.jQuery(document).on("select2:open", nameOpen);
});
document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
