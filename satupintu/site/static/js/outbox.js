/* What was saved without a signal waits on this phone, each entry by itself, until it has arrived.
   It belongs to the account that made it: nobody else sees it here, and in no other name it goes. */
"use strict";
const outbox = (() => {
  const A_WEEK = 7 * 86400000, PATIENCE = 4000, LONGEST = 60000, PAUSE = 30000;
  const { owner } = document.body.dataset;
  const english = document.documentElement.lang === "en";
  const words = (id, en) => (english ? en : id);
  const say = (text) => { document.getElementById("status").textContent = text; };
  const warn = (text) => { document.getElementById("alert").textContent = text; };

  let opened;
  const open = () => (opened ||= new Promise((done, fail) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => ["items", "drafts"].forEach((name) => asked.result.createObjectStore(name, { keyPath: "id" }));
    asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); done(asked.result); };
    asked.onerror = () => fail(asked.error);
  }));
  const shelf = async (name, mode, act) => {
    const change = (await open()).transaction(name, mode);
    return new Promise((done, fail) => {
      const asked = act(change.objectStore(name));
      change.oncomplete = () => done(asked.result);
      change.onabort = () => fail(change.error);
    });
  };
  const put = (name, record) => shelf(name, "readwrite", (all) => all.put({ ...record, owner, at: Date.now() }));
  const drop = (name, id) => shelf(name, "readwrite", (all) => all.delete(id)).catch(() => {});
  /* Of somebody else only the number is told, before a sign-out would delete it. */
  async function own(name) {
    const all = await shelf(name, "readonly", (records) => records.getAll());
    const old = all.filter((one) => one.owner !== owner && Date.now() - one.at > A_WEEK);
    old.forEach((one) => drop(name, one.id));
    others += all.filter((one) => one.owner !== owner).length - old.length;
    return all.filter((one) => one.owner === owner).sort((one, two) => one.at - two.at);
  }
  let others = 0;

  /* Whose session this is by now, with a token that fits it; null without a signal. */
  async function session() {
    if (!navigator.onLine) return null;
    try {
      const answer = await fetch("/sesi/kini/", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      return answer.ok ? await answer.json() : null;
    } catch { return null; }
  }
  const isOurs = (now) => String(now.account) === owner;
  const AWAY = words("Sesi Anda berakhir. Masuk lagi dengan akun yang sama; isian tetap di ponsel ini.", "Your session has ended. Sign in again with the same account; the entries stay on this phone.");

  /* Puts back what was typed; gives what has no place on the page as the server drew it. */
  function fill(form, pairs) {
    for (const it of form.elements) {
      if (!it.name || ["hidden", "file", "submit"].includes(it.type)) continue;
      const values = pairs.filter(([name]) => name === it.name).map(([, value]) => value);
      if (it.type === "radio" || it.type === "checkbox") it.checked = values.includes(it.value);
      else if (values.length) it.value = values[0];
    }
    const takes = (it, value) => !["hidden", "select-one"].includes(it.type) || it.value === value;
    return pairs.filter(([name, value]) => ![...form.elements].some((it) => it.name === name && takes(it, value)));
  }

  /* The entries of visits. */
  const items = new Map();
  const list = document.querySelector("[data-outbox-list]");
  const STATES = {
    waiting: words("Menunggu sinyal. Tersimpan di ponsel ini, belum terkirim.", "Waiting for a signal. Saved on this phone, not sent."),
    sending: words("Mengirim", "Sending"),
    sent: words("Terkirim", "Sent"),
  };
  const told = (item) => (item.state === "failed" ? words("Gagal: ", "Failed: ") + item.why : STATES[item.state]);
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "c-button c-button--plain";
    made.textContent = text;
    made.onclick = act;
    return made;
  };

  function draw() {
    if (!list) return;
    list.hidden = !items.size;
    list.querySelector("[data-outbox-away]").hidden = !away;
    list.querySelector("[data-outbox-fresh]").hidden = ![...items.values()].some((item) => item.state === "sent");
    list.querySelector("ul").replaceChildren(...[...items.values()].map((item) => {
      const row = document.createElement("li"), name = document.createElement("strong"), text = document.createElement("span"), acts = document.createElement("span");
      row.className = "c-outbox__row";
      row.dataset.state = item.state;
      name.textContent = item.label;
      text.textContent = told(item);
      acts.className = "c-outbox__acts";
      if (item.state === "waiting" || item.state === "failed") acts.append(
        button(item.state === "failed" ? words("Coba lagi", "Try again") : words("Kirim sekarang", "Send now"), () => { item.state = "waiting"; sendAll(); }),
        button(words("Buang", "Discard"), () => discard(item)),
      );
      [...acts.children].forEach((it) => it.setAttribute("aria-label", `${it.textContent}: ${item.label}`));
      row.append(name, text, acts);
      return row;
    }));
  }
  function turn(item, state, why) {
    Object.assign(item, { state, why });
    draw();
    beside(item);
    say(`${item.label}: ${told(item)}`);
  }
  /* At the form that was saved last, which may be far from the list. */
  function beside(item) {
    const place = document.querySelector(`[data-outbox-told][data-item="${item.id}"]`);
    if (place) place.textContent = items.has(item.id) ? `${item.label}: ${told(item)}` : "";
  }
  function discard(item) {
    if (!confirm(words("Buang isian ini? Isian ini belum terkirim.", "Discard this entry? It was not sent."))) return;
    drop("items", item.id);
    items.delete(item.id);
    draw();
    beside(item);
  }

  let away = false;
  async function send(item) {
    turn(item, "sending");
    const now = await session();
    away = Boolean(now) && !isOurs(now);
    if (!now || away) return turn(item, "waiting");
    const body = new FormData();
    item.fields.forEach(([name, value]) => body.append(name, value));
    try {
      const answer = await fetch(item.action, {
        method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": now.token }, signal: AbortSignal.timeout(LONGEST),
      });
      away = answer.redirected;
      if (away) return turn(item, "waiting");
      const said = await answer.json().catch(() => ({}));
      if (!answer.ok) return refused(item, answer.status, said.message);
      await drop("items", item.id);
      Object.assign(item, said);
      const form = document.querySelector(`form[data-outbox][action="${CSS.escape(item.action)}"]`);
      if (form?.elements.revision && said.revision) form.elements.revision.value = said.revision;
      turn(item, "sent");
      copies.renew(said.url);
    } catch (stop) {
      if (stop.name === "TimeoutError") turn(item, "failed", words("Pengiriman terlalu lama. Isian masih di ponsel ini.", "Sending took too long. The entry is still on this phone."));
      else turn(item, "waiting");
    }
  }
  function refused(item, status, message) {
    item.status = status;
    const gone = status === 404 && words("Kunjungan ini tidak lagi terbuka untuk Anda.", "This visit is no longer open to you.");
    turn(item, "failed", message || gone || words("Ada gangguan di sistem kami. Isian masih di ponsel ini.", "Something went wrong on our side. The entry is still on this phone."));
  }

  let running, timer;
  async function each(chosen) {
    for (const item of items.values()) if (item.state === "waiting" && chosen(item)) await (item.going = send(item));
  }
  function sendAll() {
    clearTimeout(timer);
    running ||= each(() => navigator.onLine).finally(() => {
      running = null;
      if (!away && [...items.values()].some((item) => item.state === "waiting")) timer = setTimeout(sendAll, PAUSE);
    });
  }

  async function kept(form) {
    const fields = [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "photo", "key"].includes(name));
    const id = crypto.randomUUID(), file = form.elements.photo?.files[0];
    fields.push(["key", id]);
    if (file) fields.push(["taken_at", new Date(file.lastModified).toISOString()], ["photo", await photos.toSend(form)]);
    const label = file ? `${form.dataset.outbox}: ${form.elements.caption.value || file.name}` : form.dataset.outbox;
    const item = { id, label, action: form.getAttribute("action"), fields };
    await put("items", item);
    /* The last word on a checklist or minutes counts; one on its way comes first. */
    for (const old of file ? [] : [...items.values()]) {
      if (old.action !== item.action || old.state === "sent") continue;
      await old.going;
      await drop("items", old.id);
      items.delete(old.id);
    }
    const seen = fields.find(([name]) => name === "revision");
    if (seen) seen[1] = form.elements.revision.value;
    items.set(id, item);
    return item;
  }

  /* With a signal the page goes on as without scripts; whatever breaks, the entry is kept already. */
  async function save(form, submitter) {
    if (form.elements.photo && !form.elements.photo.files.length) {
      if (navigator.onLine) natively(form, submitter); else warn(words("Pilih atau ambil foto dulu.", "Choose or take a photo first."));
      return;
    }
    let item;
    try {
      item = await kept(form);
    } catch {
      if (navigator.onLine) natively(form, submitter);
      else warn(words("Ponsel ini tidak bisa menyimpannya. Jangan tutup halaman ini.", "This phone can not keep it. Do not close this page."));
      return;
    }
    turn(item, "waiting");
    await each((one) => one === item || !one.fields.some(([name]) => name === "photo"));
    await item.going;
    if (item.state === "sent") location.assign(item.url);
    else if (item.state === "failed" && item.status === 422) {
      await drop("items", item.id);
      natively(form, submitter);
    } else {
      form.querySelector("[data-outbox-told]").dataset.item = item.id;
      beside(item);
      if (!form.elements.photo) return;
      form.reset();
      form.querySelector("[data-original]").hidden = true;
    }
  }
  function natively(form, submitter) {
    form.dataset.passes = 1;
    form.requestSubmit(submitter);
  }

  /* On the window, so that nobody marks the form as being sent before we know whether it can be. */
  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (form.action.includes("/logout/")) {
      const unsent = [...items.values()].filter((item) => item.state !== "sent").length + drafts.size + others;
      if (unsent && !confirm(words("Di ponsel ini ada isian yang belum terkirim. Bila Anda keluar, isian itu terhapus. Tetap keluar?", "This phone holds entries that were not sent. Signing out deletes them. Sign out all the same?"))) stop();
    } else if (form.dataset.outbox) {
      if (form.dataset.passes) { delete form.dataset.passes; return; }
      stop();
      if (form.dataset.keeping) return;
      form.dataset.keeping = 1;
      await save(form, submitter);
      delete form.dataset.keeping;
    }
  }, true);

  ["online", "focus"].forEach((name) => addEventListener(name, sendAll));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });

  const drafts = new Map();
  const ready = own("drafts").then((records) => records.forEach((record) => drafts.set(record.id, record))).catch(() => {});
  own("items").then((records) => {
    records.forEach((record) => {
      items.set(record.id, record);
      record.state = "waiting";
      const form = document.querySelector(`form[data-outbox][action="${CSS.escape(record.action)}"]`);
      if (!form || form.elements.photo) return;
      fill(form, record.fields);
      form.querySelectorAll("[data-outbox-stored]").forEach((it) => { it.hidden = false; });
    });
    draw();
    sendAll();
  }).catch(() => {});

  return { put, drop, session, isOurs, fill, drafts, ready, AWAY };
})();
