// Logging out leaves nothing on this device of what the player kept for the person: see player-evidence.js.
document.addEventListener("submit", ({ target }) => {
  if (!target.getAttribute("action")?.endsWith("/logout/")) return;
  document.dispatchEvent(new CustomEvent("log-out")); // what is not sent yet goes now
  try {
    indexedDB.deleteDatabase("hear");
    for (const name of ["hear.device", "hear.number"]) localStorage.removeItem(name);
  } catch {
    // storage is forbidden: nothing was kept
  }
});
