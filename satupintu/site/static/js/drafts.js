/* A page of an application saves itself while it is filled in. Without a signal what was typed
   waits on the phone of whoever has an account, and never goes over what another device wrote. */
"use strict";
(() => {
  const PATIENCE = 20000, PAUSE = 30000, A_BREATH = 1500;
  const phone = typeof outbox === "undefined" ? null : outbox;
  const english = document.documentElement.lang === "en";
  const words = (id, en) => (english ? en : id);
  const tell = (text) => { form.querySelector("[data-saved]").textContent = text; };
  const WAITS = phone ? words("Tersimpan di ponsel ini, belum terkirim.", "Saved on this phone, not sent.") : words("Belum tersimpan. Tekan tombol Simpan.", "Not saved yet. Press the Save button.");
  /* Answers to questions that this page does not show yet go along until the server shows them. */
  const typed = () => [
    ...[...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"),
    ...homeless.filter(([name]) => name === "_seen" || !form.elements[name]?.value),
  ];

  let form, id, choice, base, token, theirs, leaving, homeless;
  let timer, sending;
  /* The form of this page, and the one that a refused answer brings in its place. */
  function begin() {
    form = document.querySelector("[data-autosave]");
    if (!form) return;
    id = form.dataset.autosave;
    choice = form.querySelector("[data-conflict]");
    base = form.dataset.edition;
    token = form.elements.csrfmiddlewaretoken.value;
    theirs = "";
    leaving = false;
    homeless = [];
    choice.querySelector("[data-mine]").onclick = useMine;
    choice.querySelector("[data-theirs]").onclick = useTheirs;
    form.addEventListener("input", () => later(A_BREATH));
  }

  function forget() {
    phone?.drafts.delete(id);
    return phone?.drop("drafts", id);
  }
  async function keep(pairs) {
    phone.drafts.set(id, { id, pairs, base });
    await phone.put("drafts", { id, pairs, base }).catch(() => {});
  }
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

  async function save() {
    if (leaving) return;
    const pairs = typed();
    if (phone) await keep(pairs);
    if (theirs) return;
    if (sending) { later(A_BREATH); return; }
    sending = true;
    clearTimeout(timer);
    try {
      if (await sent(pairs) && String(typed()) === String(pairs)) {
        await forget();
        if (homeless.length) location.reload();
      }
    } catch {
      tell(WAITS);
      if (phone) later(PAUSE);
    } finally {
      sending = false;
    }
  }

  async function sent(pairs, again) {
    const answer = await fetch(id, {
      method: "POST", body: new URLSearchParams(pairs), signal: AbortSignal.timeout(PATIENCE),
      headers: { "X-Autosave": "1", "X-Edition": base, "X-CSRFToken": token },
    });
    if (phone && !again && (answer.redirected || answer.status === 403)) {
      const now = await phone.session();
      if (!now) throw new Error("no signal");
      token = now.token;
      if (phone.isOurs(now)) return sent(pairs, true);
      tell(phone.AWAY);
      return false;
    }
    if (answer.status === 409) {
      ask(answer.headers.get("X-Edition"));
      return false;
    }
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    base = answer.headers.get("X-Edition");
    tell(await answer.text());
    if (phone) copies.renew(location.pathname);
    return true;
  }

  /* What the other device wrote stands beside what this one holds; the person says which. */
  function ask(edition) {
    theirs = edition;
    tell(WAITS);
    choice.hidden = false;
    choice.focus();
  }
  function useMine() {
    base = theirs;
    theirs = "";
    choice.hidden = true;
    save();
  }
  async function useTheirs() {
    leaving = true;
    await forget();
    location.assign(location.href);
  }
  function show(before) {
    const rows = before.filter(([name, value]) => form.elements[name]?.labels?.length && form.elements[name].value !== value).map(([name, value]) => {
      const row = document.createElement("li");
      row.textContent = `${form.elements[name].labels[0].innerText.trim()}, ${words("di perangkat lain", "on the other device")}: ${value || "–"}`;
      return row;
    });
    choice.querySelector("ul").replaceChildren(...rows);
  }

  begin();
  if (!form) return;
  addEventListener("online", () => { if (phone?.drafts.has(id)) save(); });
  /* The form itself goes now: a page that arrives is newer than what waits here. */
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    leaving = true;
    clearTimeout(timer);
    forget();
    if (phone) copies.left();
  });
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("htmx:afterSettle", () => { if (!form.isConnected) begin(); });
  /* It did not arrive: what it holds waits again. */
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.requestConfig.elt !== form || detail.successful || detail.keepIndicators) return;
    leaving = false;
    later(A_BREATH);
  });

  phone?.ready.then(() => {
    const record = phone.drafts.get(id);
    if (!record) return;
    const before = typed();
    base = record.base;
    homeless = phone.fill(form, record.pairs);
    show(before);
    tell(WAITS);
    save();
  });
})();
