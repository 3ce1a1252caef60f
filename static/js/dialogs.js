// <button data-opens="id"> opens the <dialog> of that id as a modal; a press on the ground around it closes it.
document.addEventListener("click", ({ target }) => {
  const opener = target.closest?.("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (target.matches?.("dialog[open]")) target.close();
});
