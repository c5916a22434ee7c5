/* Uploads in pieces: they stop with the signal, go on with it, and survive a reload of the page.
   Where this does not run, the same form sends the file whole. */
"use strict";
(() => {
  const PAUSES = [2, 4, 8, 16, 30], A_DAY = 86400000, PATIENCE = 90000;
  const english = document.documentElement.lang === "en";
  const words = (id, en) => (english ? en : id);
  const say = (text) => { document.getElementById("status").textContent = text; };
  const jobs = new Map();
  const formOf = (key) => document.querySelector(`form[data-begin="${CSS.escape(key)}"]`);

  class Refusal extends Error {}

  /* What is on its way is kept on this device until it has arrived, and no longer than a day. */
  let opened;
  const open = () => (opened ||= new Promise((done, fail) => {
    const asked = indexedDB.open("uploads", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
    asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); done(asked.result); };
    asked.onerror = () => fail(asked.error);
  }));
  const shelf = async (mode, act) => {
    const files = (await open()).transaction("files", mode).objectStore("files");
    return new Promise((done, fail) => {
      const asked = act(files);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  };
  const keep = ({ key, owner, name, blob, url, at }) =>
    shelf("readwrite", (files) => files.put({ key, owner, name, blob, url, at })).catch(() => {});
  const drop = (key) => shelf("readwrite", (files) => files.delete(key)).catch(() => {});

  /* The state of one file, seen at its row; told aloud at 0, 50 and 100 only. */
  function show(job, text, { part, retry, wrong } = {}) {
    const form = formOf(job.key), row = form?.closest(".c-upload");
    if (!row) return;
    const box = row.querySelector("[data-progress]"), bar = box.querySelector("progress");
    form.closest("details")?.setAttribute("open", "");
    box.hidden = false;
    bar.hidden = part === undefined;
    if (part !== undefined) bar.value = part;
    const line = box.querySelector("[data-progress-text]");
    line.textContent = text;
    line.classList.toggle("c-field__error", Boolean(wrong));
    box.querySelector("[data-retry]").hidden = !retry;
    if (retry) row.removeAttribute("aria-busy"); else row.setAttribute("aria-busy", "true");
  }
  const tell = (job, step, text) => { if ((job.told ?? -1) < step) { job.told = step; say(text); } };

  function progress(job, offset) {
    job.part = Math.floor((100 * offset) / (job.blob.size || 1));
    show(job, words("Mengunggah ", "Uploading ") + job.part + "%", { part: job.part });
    if (job.part < 50) tell(job, 0, words("Mengunggah 0%", "Uploading 0%"));
    else if (job.part < 100) tell(job, 50, words("Mengunggah 50%", "Uploading 50%"));
  }

  async function ask(url, how) {
    const patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(url, { ...how, signal: patience.signal });
      if (answer.redirected || answer.status === 401 || answer.status === 403) {
        throw new Refusal(words("Masuk lagi dengan memuat ulang halaman ini. Berkas masih ada di perangkat ini.", "Load this page again to sign in. The file is still on this device."));
      }
      if (answer.status >= 500) throw new Error(String(answer.status));
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }
  const token = (job) => ({ "X-CSRFToken": formOf(job.key)?.elements.csrfmiddlewaretoken.value });

  async function begin(job) {
    const body = new URLSearchParams({ name: job.name, size: job.blob.size });
    const answer = await ask(job.key, { method: "POST", headers: token(job), body });
    const told = await answer.json().catch(() => ({}));
    if (answer.status !== 201) {
      drop(job.key);
      throw new Refusal(told.message || words("Berkas ini tidak bisa diunggah sekarang.", "This file can not be uploaded now."));
    }
    job.url = told.url;
    await keep(job);
  }

  /* Where the server stands; null when it knows nothing of this upload. */
  async function position(job) {
    const answer = await ask(job.url, { method: "HEAD" });
    return answer.status === 204 ? +answer.headers.get("Upload-Offset") : null;
  }

  async function carry(job) {
    const size = +formOf(job.key).dataset.piece;
    let offset = job.url ? await position(job) : null;
    if (offset === null) { await begin(job); offset = 0; }
    while (offset < job.blob.size) {
      if (job.gone) return;
      progress(job, offset);
      const answer = await ask(job.url, {
        method: "PATCH",
        headers: { ...token(job), "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" },
        body: job.blob.slice(offset, offset + size),
      });
      if (!answer.headers.has("Upload-Offset")) throw new Error(String(answer.status));
      offset = +answer.headers.get("Upload-Offset");
      job.tries = 0;
    }
    if (!job.gone) finish(job);
  }

  /* All pieces are there: the form itself asks for the result, and htmx puts it in its place. */
  function finish(job) {
    const form = formOf(job.key);
    show(job, words("Memeriksa berkas", "Checking the file"), { part: 100 });
    tell(job, 100, words("Memeriksa berkas", "Checking the file"));
    form.elements.upload.value = job.url.split("/").filter(Boolean).pop();
    form.elements.file.disabled = true;
    job.finishing = true;
    htmx.trigger(form, "submit");
  }
  function unfinish(form) {
    form.elements.upload.value = "";
    form.elements.file.disabled = false;
  }

  async function run(job) {
    if (job.running || job.finishing || job.gone || !formOf(job.key)) return;
    clearTimeout(job.timer);
    job.running = true;
    try {
      await carry(job);
    } catch (stop) {
      if (stop instanceof Refusal) refused(job, stop.message); else wait(job);
    } finally {
      job.running = false;
    }
  }
  function refused(job, message) {
    if (job.gone) return;
    job.over = true;
    show(job, words("Gagal: ", "Failed: ") + message, { retry: true, wrong: true });
    say(message);
  }
  function wait(job, message) {
    if (job.gone) return;
    job.finishing = false;
    const stopped = words(`Unggahan berhenti di ${job.part || 0}%. Kami lanjutkan saat sinyal kembali, atau ketuk Coba lagi.`, `The upload stopped at ${job.part || 0}%. We go on when the signal is back, or tap Try again.`);
    show(job, message ? words("Gagal: ", "Failed: ") + message : stopped, { part: job.part || 0, retry: true });
    if (!job.tries) say(message || stopped);
    job.timer = setTimeout(() => run(job), 1000 * PAUSES[Math.min(job.tries, PAUSES.length - 1)]);
    job.tries += 1;
  }
  const again = () => jobs.forEach((job) => { if (!job.over) run(job); });

  function start(record) {
    const before = jobs.get(record.key);
    if (before) { before.gone = true; clearTimeout(before.timer); }
    const job = { ...record, tries: 0 };
    jobs.set(job.key, job);
    progress(job, 0);
    run(job);
  }

  /* The rule under the field says at once what is too large. */
  function fits(form, file, size) {
    const rule = form.nextElementSibling, over = size > +form.dataset.maxBytes;
    rule.dataset.rule ||= rule.textContent;
    rule.classList.toggle("c-field__error", over);
    rule.textContent = over ? form.dataset.tooLarge.replace("#", photos.mega(file.size)) : rule.dataset.rule;
    if (over) { say(rule.textContent); form.elements.file.value = ""; }
    return !over;
  }

  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (!form || !("begin" in form.dataset)) return;
    const file = form.elements.file.files[0];
    if (file) fits(form, file, photos.isToBeReduced(form) ? 0 : file.size);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target, key = form.dataset.begin;
    if (!key || event.defaultPrevented || form.elements.upload.value) return;
    const file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    delete form.dataset.busy;
    form.removeAttribute("aria-busy");
    form.closest(".c-upload").setAttribute("aria-busy", "true");
    const sent = await photos.toSend(form);
    if (!fits(form, sent, sent.size)) { form.closest(".c-upload").removeAttribute("aria-busy"); return; }
    const record = { key, owner: form.dataset.owner, name: sent.name, blob: sent, url: "", at: Date.now() };
    await keep(record);
    start(record);
  }, true);

  document.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-retry]")?.closest(".c-upload");
    const job = row && jobs.get(row.querySelector("form[data-begin]").dataset.begin);
    if (job) { job.tries = 0; job.over = false; run(job); }
  });

  /* What htmx heard of the last question: the row with its result, a refusal for now, or nothing. */
  const jobOf = (detail) => jobs.get(detail.requestConfig?.elt?.dataset.begin);
  const on = (name, act) => document.addEventListener("htmx:" + name, ({ detail }) => {
    const job = jobOf(detail);
    if (job) act(job, detail.requestConfig.elt, detail.xhr);
  });
  on("beforeSwap", (job, form, xhr) => {
    if (xhr.status >= 500 || xhr.status === 401 || xhr.status === 403) return;
    job.gone = true;
    jobs.delete(job.key);
    drop(job.key);
    if (xhr.status < 300) say(words("Terunggah", "Uploaded"));
  });
  on("sendError", (job, form) => { unfinish(form); wait(job); });
  on("responseError", (job, form, xhr) => {
    unfinish(form);
    let told = {};
    try { told = JSON.parse(xhr.responseText); } catch { /* a page, not a sentence */ }
    wait(job, told.message);
  });

  addEventListener("online", again);
  addEventListener("focus", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });

  /* After a reload: what was on its way goes on. What somebody else left here is thrown away. */
  const owner = document.querySelector("form[data-begin]")?.dataset.owner;
  if (owner) {
    shelf("readonly", (files) => files.getAll()).then((records) => records.forEach((record) => {
      if (record.owner !== owner || Date.now() - record.at > A_DAY) drop(record.key);
      else if (formOf(record.key)) start(record);
    })).catch(() => {});
  }
})();
