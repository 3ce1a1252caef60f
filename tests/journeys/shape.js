// What a page's shape loses: words that do not fit into their element, controls that lie on one another.
() => {
  const found = [];
  const say = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const excused = ".scroll, pre, .hidden-visually, [popover]"; // these scroll, or are hidden on purpose

  for (const element of document.querySelectorAll("main :is(h1, h2, h3, p, a, button, label, dt, dd, td, th)")) {
    const fits = element.scrollWidth <= element.clientWidth + 2;
    if (fits || !element.clientWidth || element.closest(excused)) continue;
    if (getComputedStyle(element).display !== "inline") found.push(`words stick out of ${say(element)}`);
  }

  // Words within prose flow; a row of a list is one large link with smaller controls on it.
  const apart = `${excused}, .prose, .course-row`;
  const controls = [...document.querySelectorAll("main :is(a, button, input, select, summary)")]
    .filter((element) => element.checkVisibility() && !element.closest(apart));
  const boxes = controls.map((element) => element.getBoundingClientRect());
  controls.forEach((one, i) => {
    controls.slice(i + 1).forEach((other, k) => {
      const search = one.closest(".search"); // its button lies in its field
      if (one.contains(other) || (search && search === other.closest(".search"))) return;
      const [a, b] = [boxes[i], boxes[i + 1 + k]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 2) found.push(`${say(one)} lies on ${say(other)}`);
    });
  });
  return found;
}
