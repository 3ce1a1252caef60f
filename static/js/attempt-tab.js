// The name of this tab. It outlives a reload; a copy of the tab gets one of its own, which a lock finds out.
const NAME = "sit.tab";
const LEAVING_MS = 700; // the page before this one, in the same tab, may still be on its way out

export async function tabName() {
  let name = recalled();
  if (!name || !(await held(name))) {
    name = (crypto.randomUUID?.() ?? `${Math.random()}${Math.random()}`).slice(0, 36);
    await held(name);
  }
  try {
    sessionStorage.setItem(NAME, name);
  } catch {
    // forbidden: the name lasts as long as the page
  }
  return name;
}

function recalled() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

// Whether no other page holds this name; from then on this one does, for as long as it lives.
function held(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = () => new Promise(() => resolve(true));
    navigator.locks.request(`${NAME}:${name}`, { signal: AbortSignal.timeout(LEAVING_MS) }, hold).catch(() => resolve(false));
  });
}
