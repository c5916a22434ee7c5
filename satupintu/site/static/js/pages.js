/* What pages do beyond links and forms. Every page works without it. */
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (selector, root = document) => root.querySelectorAll(selector);
  const say = (words) => { $("status").textContent = words; };
  const english = document.documentElement.lang === "en";
  const words = (id, en) => (english ? en : id);

  /* Each new piece of page: focus where the server says so, show what needs a script. */
  function ready(root) {
    const target = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
    if (target) {
      if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
      target.focus();
    }
    all("[data-reveal],[data-copy],[data-print],[data-locate],[data-viewer-tools]", root).forEach((it) => { it.hidden = false; });
    all("[data-count]", root).forEach(count);
    all("[data-cascade]", root).forEach(cascade);
    all("main form[method=post][novalidate]:not([hx-post],[hx-boost],[enctype])").forEach((form) => stay(form, root));
  }

  /* A form of questions stays on its page: the answer takes the place of the content, and only
     where the server leads on does the browser go. Files that were chosen would not survive that. */
  function stay(form, root) {
    const own = { "hx-boost": true, "hx-target": "#main", "hx-select": "#main", "hx-swap": "outerHTML", "hx-sync": "this:replace" };
    Object.entries(own).forEach(([name, value]) => form.setAttribute(name, value));
    form.setAttribute("hx-disinherit", Object.keys(own).join(" "));
    if (root !== document.body) htmx.process(form);
  }

  function count(area) {
    const told = $(area.id + "-count");
    if (told) told.textContent = told.dataset.countText.replace("#", area.maxLength - area.value.length);
  }

  /* Long lists of kelurahan: first the kecamatan, then only its own. The select stays the field. */
  function cascade(select) {
    const groups = [...select.querySelectorAll("optgroup")];
    if (groups.length < 2 || select.dataset.ready) return;
    select.dataset.ready = 1;
    const first = document.createElement("select");
    first.className = select.className;
    first.id = select.id + "-group";
    first.setAttribute("aria-label", select.dataset.cascade);
    first.append(new Option(select.dataset.cascade, ""), ...groups.map((it) => new Option(it.label)));
    const chosen = select.selectedOptions[0]?.closest("optgroup");
    first.value = chosen ? chosen.label : "";
    const show = () => groups.forEach((it) => {
      if (it.label === first.value) select.append(it); else it.remove();
    });
    first.onchange = () => { show(); select.value = ""; };
    const pair = document.createElement("div");
    pair.className = "c-pair";
    select.before(pair);
    pair.append(first, select);
    show();
  }

  document.addEventListener("click", (event) => {
    const it = event.target.closest("[data-dialog],[data-close],[data-copy],[data-print],[data-reveal],[data-locate],[data-viewer],.c-errors a,[aria-disabled=true]");
    if (!event.target.closest("[data-menu]")) all("[data-menu][open]").forEach((menu) => { menu.open = false; });
    if (!it) return;
    const set = it.dataset;
    if (it.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
    } else if (set.dialog && $(set.dialog)?.showModal) {
      event.preventDefault();
      $(set.dialog).showModal();
    } else if ("close" in set) {
      it.closest("dialog").close();
    } else if ("print" in set) {
      window.print();
    } else if (set.copy) {
      navigator.clipboard.writeText($(set.copy).innerText.trim()).then(() => { it.lastElementChild.previousSibling.textContent = set.done; say(set.done); });
    } else if (set.reveal) {
      const field = $(set.reveal), shown = field.type === "text", label = it.textContent;
      field.type = shown ? "password" : "text";
      it.textContent = set.hideLabel;
      set.hideLabel = label;
      it.setAttribute("aria-pressed", !shown);
    } else if (set.locate) {
      const box = $(set.locate);
      it.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        it.removeAttribute("aria-busy");
        box.querySelector("[data-geo-lat]").value = coords.latitude.toFixed(6);
        box.querySelector("[data-geo-lon]").value = coords.longitude.toFixed(6);
        const near = box.querySelector("[data-geo-accuracy]");
        if (near) near.value = Math.round(coords.accuracy);
        say("± " + Math.round(coords.accuracy) + " m");
      }, () => { it.removeAttribute("aria-busy"); $("alert").textContent = set.failed; }, { enableHighAccuracy: true, timeout: 20000 });
    } else if (set.viewer) {
      const on = it.closest(".c-viewer").querySelector(".c-viewer__pages").classList.toggle("c-viewer__pages--" + set.viewer);
      it.setAttribute("aria-pressed", on);
    } else if (it.hash) {
      const id = it.hash.slice(1), field = $(id) || $(id + "-field");
      if (field) {
        event.preventDefault();
        ($(id + "-field") || field).scrollIntoView();
        field.focus({ preventScroll: true });
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("[data-menu][open]").forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
  });

  /* A second press of the same button is not a second act. The server has its own guard. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.dataset.busy) { event.preventDefault(); event.stopPropagation(); return; }
    if ("sessionForm" in form.dataset) {
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new FormData(form) }).then((answer) => answer.ok && answer.text()).then((left) => { if (left) session(+left); });
      form.closest("dialog").close();
      return;
    }
    if (form.getAttribute("action")?.includes("/logout/")) {
      ["uploads", "outbox"].forEach((name) => indexedDB.deleteDatabase(name));
      if (typeof caches !== "undefined") caches.keys().then((names) => names.filter((name) => name.startsWith("own-")).forEach((name) => caches.delete(name)));
    }
    form.dataset.busy = 1;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), 15000);
  }, true);
  const free = (form) => { delete form.dataset.busy; form.removeAttribute("aria-busy"); };
  addEventListener("pageshow", () => all("form[data-busy]").forEach(free));

  document.addEventListener("input", (event) => {
    const it = event.target;
    if ("count" in it.dataset) count(it);
  });

  /* htmx: errors where everybody hears them. */
  const on = (name, act) => document.addEventListener("htmx:" + name, act);
  const read = (text) => new DOMParser().parseFromString(text, "text/html");
  on("beforeRequest", ({ detail }) => {
    detail.target.setAttribute("aria-busy", "true");
    if (!detail.boosted) return;
    $("heard").textContent = "";
    all("[hx-post]", detail.elt).forEach((it) => htmx.trigger(it, "htmx:abort"));
  });
  /* A page of ours takes the place of the form. A fault or a refusal is told, and the form stays. */
  on("beforeSwap", ({ detail }) => {
    if (!detail.boosted || detail.xhr.status < 400) return;
    const page = read(detail.serverResponse);
    detail.shouldSwap = detail.xhr.status < 500 && Boolean(page.getElementById("main")) && !page.querySelector("[data-told]");
    detail.isError = !detail.shouldSwap;
  });
  /* The address stays, so a form without one of its own goes to where it came from. Before anything
     is read aloud: a region that was there all along says it, once. */
  on("afterSwap", ({ detail }) => {
    if (!detail.boosted) return;
    all("main form[method=post]:not([action])").forEach((it) => it.setAttribute("action", detail.pathInfo.responsePath));
    const summary = $("error-summary")?.firstElementChild;
    if (!summary) return;
    summary.removeAttribute("role");
    $("heard").textContent = summary.firstElementChild.textContent;
  });
  on("afterRequest", ({ detail }) => {
    detail.target.removeAttribute("aria-busy");
    if (!detail.keepIndicators) free(detail.requestConfig.elt);
    if (!detail.successful) return;
    $("alert").textContent = "";
    const left = detail.boosted && read(detail.xhr.responseText).body.dataset.session;
    if (left) session(+left);
  });
  on("afterSettle", ({ target, detail }) => {
    ready(target);
    const heading = detail.boosted && !target.querySelector("[data-focus]") && target.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
  });
  on("sendError", () => { $("alert").textContent = words("Tidak ada internet. Isian Anda masih di sini; coba lagi.", "No internet. What you typed is still here; try again."); });
  on("responseError", ({ detail: { boosted, xhr } }) => {
    const why = boosted ? [...read(xhr.responseText).querySelectorAll("main h1, main h1 + p")].map((it) => it.textContent.trim()) : [];
    if (!boosted && (xhr.status === 401 || xhr.status === 403)) location.reload();
    else $("alert").textContent = why.length ? [...why, words("Isian Anda masih di sini.", "What you typed is still here.")].join(". ").replaceAll("..", ".") : words("Ada gangguan di sistem kami. Coba lagi sebentar lagi.", "Something went wrong on our side. Try again in a moment.");
  });

  /* A passkey that the device did not give, or the person did not want to. */
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    $("alert").textContent = words("Kunci sandi tidak jadi dipakai. Coba lagi, atau pilih cara lain.", "The passkey was not used. Try again, or choose another way.");
  });

  let ending;
  function session(seconds) {
    clearTimeout(ending);
    ending = setTimeout(() => $("session-dialog")?.showModal(), Math.max(0, Math.min(seconds - 300, 2e6)) * 1000);
  }
  /* A copy without a signal knows nothing of the session. */
  if (document.body.dataset.session && $("copy").hidden) session(+document.body.dataset.session);

  /* The other language keeps what was typed: the answers travel through this tab only. */
  const kept = sessionStorage.getItem("typed");
  if (kept) {
    sessionStorage.removeItem("typed");
    new URLSearchParams(kept).forEach((value, name) => all(`main [name="${CSS.escape(name)}"]`).forEach((it) => {
      if (it.type === "radio" || it.type === "checkbox") it.checked ||= it.value === value;
      else if (it.type !== "hidden") it.value = value;
    }));
  }
  all("[data-keep-form]").forEach((link) => link.addEventListener("click", () => {
    const form = document.querySelector("main form[method=post]");
    if (!form) return;
    const secret = new Set(["csrfmiddlewaretoken", ...[...all("[data-reveal]", form)].map((it) => $(it.dataset.reveal).name)]);
    const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secret.has(name));
    sessionStorage.setItem("typed", new URLSearchParams(typed));
  }));

  /* Lists tell that they changed; the person decides when to reload. */
  all("[data-live]").forEach((it) => {
    new EventSource(it.dataset.live, { withCredentials: true }).addEventListener("tasks", () => { it.hidden = false; });
  });

  ready(document.body);
})();
