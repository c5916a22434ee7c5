/* A page that somebody asked to have without a signal lies as a copy of their own on this phone:
   until the session could have lasted at most, until they sign out, or until somebody else comes. */
"use strict";
const copies = (() => {
  const OWN = "own-", PATIENCE = 20000;
  const { owner } = document.body.dataset, mine = OWN + owner, here = location.pathname;
  const box = () => document.querySelector("[data-road]");

  async function sweep() {
    for (const name of await caches.keys()) {
      if (!name.startsWith(OWN)) continue;
      if (name !== mine) { await caches.delete(name); continue; }
      const kept = await caches.open(name);
      for (const request of await kept.keys()) {
        const until = (await kept.match(request)).headers.get("X-Keep-Until");
        if (until && until < Date.now()) await kept.delete(request);
      }
    }
  }
  const has = (path) => caches.match(path, { cacheName: mine });
  const drop = async (path) => { if (await has(path)) await (await caches.open(mine)).delete(path); };

  /* Fetched anew, so that it is the server that says whose page this is and until when. */
  async function keep(path) {
    const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected || answer.status >= 500) return;
    const text = await answer.text(), drawn = new DOMParser().parseFromString(text, "text/html");
    if (drawn.body.dataset.owner !== owner) return;
    const until = answer.ok && drawn.querySelector("[data-road]")?.dataset.road;
    if (!until) { await drop(path); return; }
    const store = await caches.open(mine);
    const look = [...drawn.querySelectorAll("script[src]"), ...drawn.querySelectorAll("link[rel=stylesheet]")];
    await store.addAll(look.map((it) => it.getAttribute("src") || it.getAttribute("href")));
    await store.put(path, new Response(text, { headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": answer.headers.get("Content-Security-Policy") || "",
      "X-Kept-Hour": new Date().toLocaleTimeString(document.documentElement.lang === "en" ? "en-GB" : "id", { hour: "2-digit", minute: "2-digit" }),
      "X-Keep-Until": until * 1000,
      "X-Title": encodeURIComponent(drawn.title.split(" — ")[0]),
    } }));
  }
  /* What was sent meanwhile belongs into the copy as well. */
  const renew = async (path) => { if (await has(path)) await keep(path).catch(() => {}); };

  async function show() {
    const kept = Boolean(await has(here));
    box().hidden = false;
    box().querySelectorAll("[data-road-kept]").forEach((it) => { it.hidden = (it.dataset.roadKept === "yes") !== kept; });
    dispatchEvent(new Event("copies"));
    return kept;
  }
  async function press(target) {
    const wanted = target.closest("[data-road-kept]").dataset.roadKept === "no";
    target.setAttribute("aria-busy", "true");
    if (wanted) await Promise.all([navigator.serviceWorker.ready, keep(here)]).catch(() => {}); else await drop(here);
    target.removeAttribute("aria-busy");
    const kept = await show();
    document.getElementById(kept === wanted ? "status" : "alert").textContent = kept === wanted ? box().querySelector("[data-road-kept]:not([hidden]) p").textContent : box().dataset.failed;
    box().querySelector("[data-road-kept]:not([hidden]) button").focus();
  }

  /* A form that is sent leaves this page before its copy could follow: the next page sees to that. */
  const left = () => sessionStorage.setItem("left", here);
  const before = sessionStorage.getItem("left");
  sessionStorage.removeItem("left");

  const ready = !navigator.serviceWorker || typeof caches === "undefined" ? Promise.resolve() : sweep().then(async () => {
    if (box()) await show();
    document.addEventListener("htmx:afterSettle", () => { if (box()?.hidden) show(); });
    document.addEventListener("click", ({ target }) => { if (target.matches("[data-road-kept] button")) press(target); });
    if (navigator.onLine) await Promise.all([...new Set([here, before])].map((path) => path && renew(path)));
  }).catch(() => {});
  return { left, renew: (path) => ready.then(() => typeof caches !== "undefined" && renew(path)).catch(() => {}) };
})();
