// The admin's <html> comes from Django, so the person's theme travels in <meta name="look-theme"> and is set here,
// before the first paint.
(() => {
  const theme = document.querySelector('meta[name="look-theme"]').content;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
