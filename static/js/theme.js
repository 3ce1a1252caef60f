// A visitor's own choice of colours, text size and font, set on <html> before the first paint, so it loads blocking.
// Whoever is signed in has these from the server: then <html> carries data-person.
(() => {
  const root = document.documentElement;
  if ("person" in root.dataset) return;
  for (const name of ["theme", "textSize", "font"]) {
    try {
      const value = localStorage.getItem(`look.${name}`);
      if (value) root.dataset[name] = value;
    } catch {
      return; // storage is forbidden: the device's own theme it is
    }
  }
})();
