// Logging out leaves nothing on this device of what was kept for the person: see player-evidence.js, attempt-outbox.js.
document.addEventListener("submit", ({ target }) => {
  if (!target.getAttribute("action")?.endsWith("/logout/")) return;
  document.dispatchEvent(new CustomEvent("log-out")); // what is not sent yet goes now
  try {
    for (const name of ["hear", "sit"]) indexedDB.deleteDatabase(name);
    for (const name of ["hear.device", "hear.number"]) localStorage.removeItem(name);
  } catch {
    // storage is forbidden: nothing was kept
  }
});
