/* A phone that loses its signal, a newer version, the offer to put the site on the phone. */
"use strict";
(() => {
  const A_QUARTER = 90 * 86400;
  const $ = (id) => document.getElementById(id);
  const english = document.documentElement.lang === "en";
  const words = (id, en) => (english ? en : id);
  const forms = () => document.querySelector("main form[method=post]");

  /* What is said here must be true: only an outbox keeps answers beyond the page. */
  let said = "", returned = false;
  function signal() {
    const bar = $("offline"), away = !navigator.onLine, isCopy = document.querySelector("[data-road]") && !$("copy").hidden;
    const kept = typeof outbox !== "undefined", draft = kept && document.querySelector("[data-autosave]");
    const safe = draft ? words(" Isian Anda aman di ponsel ini.", " What you type stays safe on this phone.") : kept && document.querySelector("[data-outbox]") ? words(" Isian yang Anda simpan aman di ponsel ini.", " What you save stays safe on this phone.") + (document.querySelector("[data-road-kept=no]")?.hidden ? "" : words(" Jangan tutup halaman ini.", " Do not close this page.")) : forms() ? words(" Isian Anda tetap di halaman ini; jangan tutup halaman ini.", " What you typed stays on this page; do not close it.") : "";
    const back = isCopy && returned ? words("Internet kembali. Muat ulang halaman ini untuk isi terbarunya.", "The internet is back. Load this page again to see what is new.") : "";
    const told = away ? words("Tidak ada internet.", "No internet.") + safe : back;
    if (said === told) return;
    said = bar.textContent = $("status").textContent = told;
    if (away) prepared().catch(() => {});
  }

  /* Without a signal this is the way to what was prepared: as a link, and as a list on the page it leads to. */
  async function prepared() {
    const list = document.querySelector("[data-prepared]"), home = words("/luring/", "/en/luring/"), found = new Map();
    for (const name of (await caches.keys()).filter((one) => one.startsWith("own-"))) {
      const store = await caches.open(name);
      for (const request of await store.keys()) {
        const { headers } = await store.match(request);
        if (headers.get("X-Keep-Until") > Date.now()) found.set(new URL(request.url).pathname, decodeURIComponent(headers.get("X-Title")));
      }
    }
    const link = (url, text) => Object.assign(document.createElement("a"), { href: url, textContent: text });
    if (!found.size) return;
    if (!list) {
      if (!navigator.onLine && !$("offline").querySelector("a")) $("offline").append(" ", link(home, words("Halaman yang disiapkan", "Prepared pages")));
      return;
    }
    list.hidden = false;
    list.querySelector("ul").replaceChildren(...[...found].map(([url, title]) => {
      const row = document.createElement("li");
      row.append(link(url, title));
      return row;
    }));
  }
  addEventListener("online", () => { returned = true; signal(); });
  addEventListener("offline", signal);
  addEventListener("copies", signal);
  signal();

  /* A form that can not arrive is not sent: the browser would replace it by an error page. */
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.defaultPrevented || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    $("alert").textContent = words("Belum terkirim: tidak ada internet. Isian Anda masih di sini; coba lagi saat sinyal kembali.", "Not sent: no internet. What you typed is still here; try again when the signal is back.");
  }, true);

  function offer(text, button, act, no) {
    const box = $("app-offer"), says = document.createElement("p"), yes = document.createElement("button");
    says.textContent = text;
    yes.className = "c-button c-button--small";
    yes.textContent = button;
    yes.onclick = () => { box.hidden = true; act(); };
    box.replaceChildren(says, yes);
    if (no) {
      const later = document.createElement("button");
      later.className = "c-button c-button--plain c-button--small";
      later.textContent = words("Nanti saja", "Not now");
      later.onclick = () => { box.hidden = true; no(); };
      box.append(later);
    }
    box.hidden = false;
  }

  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    if (!document.querySelector("[data-finished]") || document.cookie.includes("pasang=nanti")) return;
    offer(
      words("Pasang layanan ini di ponsel Anda? Lebih cepat dibuka, tanpa toko aplikasi.", "Put this service on your phone? Quicker to open, no app store."),
      words("Pasang", "Install"),
      () => event.prompt(),
      () => { document.cookie = `pasang=nanti; max-age=${A_QUARTER}; path=/; samesite=lax`; },
    );
  });

  if (!navigator.serviceWorker) return;
  let asked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (asked) location.reload(); });
  function newer(waiting) {
    if (!waiting || !navigator.serviceWorker.controller || forms()) return;
    offer(words("Versi baru tersedia.", "A new version is available."), words("Muat ulang", "Reload"), () => { asked = true; waiting.postMessage("update"); });
  }
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").then((at) => {
    newer(at.waiting);
    at.addEventListener("updatefound", () => {
      const coming = at.installing;
      coming?.addEventListener("statechange", () => { if (coming.state === "installed") newer(coming); });
    });
  }).catch(() => {}));
})();
