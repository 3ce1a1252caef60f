// While something plays, going to another page of the course changes only what is in <main>, so the sound goes on. Any
// other page, and any page that does not come as expected, is simply loaded.
const NOT_PAGES = /\/(join|enrollment|feed|queue|audio)\//;

export class Pages {
  #player;
  #going = null;
  #shown = location.pathname + location.search;

  constructor(player) {
    this.#player = player;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("submit", (event) => this.#submit(event));
    addEventListener("popstate", (event) => this.#pop(event), { capture: true });
    document.addEventListener("htmx:before:history:restore", (event) => player.isStarted && event.preventDefault());
    addEventListener("scrollend", () => player.isStarted && this.#note());
  }

  // Whether the page at `url` can come into this one.
  #isOurs(url) {
    const { course, list } = this.#player.dataset;
    const within = [course, list].some((path) => url.pathname.startsWith(path));
    return this.#player.isStarted && url.origin === location.origin && within && !NOT_PAGES.test(url.pathname);
  }

  #click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.hasAttribute("hx-get")) return;
    const url = new URL(link.href);
    const isHere = url.pathname === location.pathname && url.search === location.search;
    if (!this.#isOurs(url) || (isHere && url.hash)) return;
    event.preventDefault();
    this.#go(url, () => history.pushState({}, "", url));
  }

  // "Mark read and continue".
  #submit(event) {
    const url = new URL(event.target.action, location.href);
    if (event.defaultPrevented || !url.pathname.endsWith("/completion/") || !this.#isOurs(url)) return;
    event.preventDefault();
    this.#go(url, (end) => history.pushState({}, "", end), { method: "POST", body: new FormData(event.target) });
  }

  #pop(event) {
    const url = new URL(location.href);
    if (!this.#player.isStarted || event.state?.page === undefined) return;
    if (url.pathname + url.search === this.#shown) return;
    if (!this.#isOurs(url)) return location.reload();
    event.stopImmediatePropagation();
    this.#go(url, () => {}, {}, event.state.page);
  }

  #note() {
    history.replaceState({ ...history.state, page: Math.round(scrollY) }, "");
  }

  async #go(url, arrive, options = {}, scroll = null) {
    this.#note();
    this.#going?.abort();
    this.#going = new AbortController();
    const line = document.getElementById("progress-line");
    line?.toggleAttribute("data-on", true);
    try {
      const reply = await fetch(url, { ...options, signal: this.#going.signal });
      const end = new URL(reply.url);
      end.hash = url.hash;
      const isPage = reply.ok && reply.headers.get("Content-Type")?.startsWith("text/html");
      if (!isPage || !this.#isOurs(end)) throw new Error("another page");
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      arrive(end);
      this.#swap(page);
      this.#arrive(end, scroll);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    } finally {
      line?.toggleAttribute("data-on", false);
    }
  }

  #swap(page) {
    document.title = page.title;
    for (const part of ["main", ".bar__places", ".places", "#keys dl"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    }
    document.body.className = page.body.className;
    for (const name of ['meta[name="csrf-token"]', 'link[rel="canonical"]']) {
      const fresh = page.querySelector(name);
      if (fresh) document.querySelector(name)?.replaceWith(document.adoptNode(fresh));
    }
    for (const sheet of page.querySelectorAll('link[rel="stylesheet"]')) {
      const href = sheet.getAttribute("href");
      if (!document.querySelector(`link[href="${href}"]`)) document.head.append(document.adoptNode(sheet));
    }
    for (const one of page.querySelectorAll("script[src]")) {
      const src = one.getAttribute("src");
      if (document.querySelector(`script[src="${src}"]`)) continue;
      const script = Object.assign(document.createElement("script"), { src, async: false });
      if (one.type) script.type = one.type;
      document.head.append(script);
    }
    document.querySelectorAll("main details.sheet--aside").forEach(unfold);
    globalThis.htmx?.process(document.querySelector("main"));
  }

  #arrive(url, scroll) {
    this.#shown = url.pathname + url.search;
    const target = url.hash && document.getElementById(decodeURIComponent(url.hash.slice(1)));
    const heading = document.querySelector("main h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    if (target) target.scrollIntoView();
    else scrollTo({ top: scroll ?? 0, behavior: "instant" });
    this.#note();
    document.dispatchEvent(new CustomEvent("player:page"));
  }
}

// As static/js/menus.js does when a page is loaded.
function unfold(sheet) {
  sheet.open = matchMedia("(min-width: 960px)").matches;
}
