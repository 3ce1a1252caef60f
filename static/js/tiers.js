// Changing the depth of a lesson's summary keeps the place: the heading nearest to the top of the window, or the one as
// far down in the new text, stays where it was. For the signed-in the choice is kept (data-keep-tier holds the address).
const summary = () => document.getElementById("summary");
const headings = () => [...(summary()?.querySelectorAll("h2, h3") ?? [])];
let kept = null;

function nearest() {
  const all = headings();
  const top = all.map((heading) => heading.getBoundingClientRect().top);
  const index = top.reduce((best, y, i) => (Math.abs(y - 120) < Math.abs(top[best] - 120) ? i : best), 0);
  return { text: all[index]?.textContent, share: all.length > 1 ? index / (all.length - 1) : 0, top: top[index] };
}

document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (detail.ctx.sourceElement?.closest("#summary")) kept = nearest();
});

document.addEventListener("htmx:after:settle", () => {
  if (!kept) return;
  const all = headings();
  const twin = all.find((heading) => heading.textContent === kept.text);
  const heading = twin ?? all[Math.round(kept.share * (all.length - 1))];
  if (heading) scrollBy({ top: heading.getBoundingClientRect().top - kept.top, behavior: "instant" });
  kept = null;
  const current = summary()?.querySelector("[aria-current]");
  current?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: current?.textContent.trim() } }));
  const keep = document.querySelector("[data-keep-tier]")?.dataset.keepTier;
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (keep && token) {
    const body = new URLSearchParams({ tier: current.dataset.tier });
    fetch(keep, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => {});
  }
});
