/* Stands between the pages and a weak signal. It keeps only what the server marks with X-May-Keep
   and the look of the site; pages of a person, of an officer, answers of the API and PDFs pass by.
   What a person asked to have without a signal (copies.js) it gives out and never keeps. */
const PATIENCE = 4000, MOST_PAGES = 60;
const SHELL = "shell-" + FACTS.version, PAGES = "pages-" + FACTS.version, OWN = "own-";
const OFFLINE = { id: "/luring/", en: "/en/luring/" };
const MARK = '<p id="copy" class="c-offline" hidden></p>';

/* Without cookies the server can not give a page that is meant for somebody. */
const fresh = (url) => fetch(url, { credentials: "omit", cache: "no-cache" });
const address = (url) => {
  const { origin, pathname, searchParams } = new URL(url);
  searchParams.delete("src");
  return searchParams.size ? "" : origin + pathname;
};

async function keep(url, answer) {
  if (answer.headers.get("X-May-Keep") !== "yes" || answer.redirected) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", Date.now());
  const pages = await caches.open(PAGES);
  await pages.put(url, new Response(await answer.blob(), { headers }));
  const kept = await pages.keys();
  const spare = kept.filter(({ url }) => !FACTS.pages.includes(new URL(url).pathname));
  if (kept.length > MOST_PAGES) await pages.delete(spare[0]);
}

addEventListener("install", (event) => event.waitUntil((async () => {
  const shell = await caches.open(SHELL);
  await Promise.all(FACTS.shell.map(async (url) => shell.put(url, await fresh(url))));
  await Promise.all(FACTS.pages.map(async (url) => keep(new URL(url, location).href, await fresh(url))));
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name !== SHELL && name !== PAGES && !name.startsWith(OWN));
  await Promise.all(old.map((name) => caches.delete(name)));
})()));

addEventListener("message", ({ data }) => { if (data === "update") skipWaiting(); });

async function ownCopy(url) {
  for (const name of (await caches.keys()).filter((one) => one.startsWith(OWN))) {
    const copy = await caches.match(url, { cacheName: name });
    if (copy && copy.headers.get("X-Keep-Until") > Date.now()) return copy;
  }
  return null;
}

/* A copy says that it is one, and of when. */
async function copyOf(url) {
  const copy = url && (await caches.match(url, { cacheName: PAGES, ignoreVary: true }) || await ownCopy(url));
  if (!copy) return null;
  const english = new URL(url).pathname.startsWith("/en/"), tongue = english ? "en-GB" : "id";
  const hour = copy.headers.get("X-Kept-Hour"), day = new Date(+copy.headers.get("X-Kept-At")).toLocaleString(tongue, { dateStyle: "medium", timeStyle: "short" });
  const told = hour
    ? (english ? `Copy of ${hour}, without a signal. What you save here waits on this phone, not sent.` : `Salinan dari ${hour}, tanpa sinyal. Yang Anda simpan di sini menunggu di ponsel ini, belum terkirim.`)
    : (english ? "Copy of " : "Salinan pukul ") + day;
  const text = (await copy.text()).replace(MARK, `<p id="copy" class="c-offline">${told}</p>`);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": copy.headers.get("Content-Security-Policy") || "" } });
}

async function page(event) {
  const url = address(event.request.url);
  const answer = fetch(event.request);
  answer.then((came) => { if (url && came.ok) event.waitUntil(keep(url, came.clone())); }, () => {});
  try {
    const copy = copyOf(url);
    const late = new Promise((done) => setTimeout(done, PATIENCE)).then(() => copy);
    return (await Promise.race([answer, late])) || (await answer);
  } catch {
    const { pathname } = new URL(event.request.url);
    const lost = pathname.startsWith("/en/") ? OFFLINE.en : OFFLINE.id;
    return (await copyOf(url)) || (await caches.match(lost, { cacheName: PAGES, ignoreVary: true })) || Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (FACTS.shell.includes(pathname + search) || ["script", "style"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request, { ignoreVary: true })) || Response.error()));
  }
});
