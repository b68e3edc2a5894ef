/* portal.js: comfort, never a condition. Every page works without this file.
 * No inline handlers, no dependencies, no eval: runs under script-src 'self'. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");

  const on = (type, selector, run) =>
    document.addEventListener(type, (event) => {
      const found = event.target.closest?.(selector);
      if (found) run(found, event);
    });

  const say = (text) => {
    const toast = document.querySelector(".toast[role=status]");
    if (!toast) return;
    toast.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (toast.textContent = ""), 6000);
  };

  // Errors after a post take the focus.
  document.querySelector(".problem[autofocus]")?.focus();

  // Theme: the form would reload the page; here the colours change at once and the server keeps the cookie.
  on("submit", "form[data-theme-switch]", async (form, event) => {
    event.preventDefault();
    const button = event.submitter;
    const body = new FormData(form, button);
    if (button.value === "device") delete root.dataset.theme; else root.dataset.theme = button.value;
    form.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    button.setAttribute("aria-current", "true");
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  });

  // Menu on a narrow screen; without script the links are simply shown.
  on("click", ".menu-button", (button) => {
    const nav = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(nav.classList.toggle("is-open")));
  });

  // Small menus made of <details>: close on Escape and on a click elsewhere.
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Copy the text of the element that data-copy names.
  on("click", "[data-copy]", async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      say(button.dataset.done || "");
    } catch {
      getSelection().selectAllChildren(source);
    }
  });

  // Scan a code with the camera, where the browser reads codes by itself; the picture goes nowhere.
  if ("BarcodeDetector" in window && navigator.mediaDevices)
    document.querySelectorAll("[data-scan]").forEach((button) => (button.hidden = false));
  on("click", "[data-scan]", async (button) => {
    const view = document.getElementById(button.dataset.view), field = document.getElementById(button.dataset.scan);
    const stop = () => { view.srcObject?.getTracks().forEach((track) => track.stop()); view.srcObject = null; view.hidden = true; };
    if (view.srcObject) return stop();
    try {
      const reader = new BarcodeDetector({ formats: ["qr_code"] });
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.hidden = false;
      await view.play();
      const look = async () => {
        if (!view.srcObject) return;
        const [code] = await reader.detect(view).catch(() => []);
        if (!code) return setTimeout(look, 200);
        stop();
        field.value = code.rawValue;
        field.form.requestSubmit();
      };
      look();
    } catch {
      stop();
      say(button.dataset.failed || "");
    }
  });

  // Dialogs; without script the button is a link to a page that asks the same question.
  on("click", "[data-open]", (button, event) => {
    const dialog = document.getElementById(button.dataset.open);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog").close());

  // All details of one page at once: data-all="open" or "close".
  on("click", "[data-all]", (button) => {
    document.querySelectorAll("details.more").forEach((item) => (item.open = button.dataset.all === "open"));
  });

  // A long list of options shows only those whose words hold what is typed; a chosen one always stays.
  const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  on("input", "[data-narrows]", (field) => {
    const asked = plain(field.value.trim());
    for (const option of document.getElementById(field.dataset.narrows).children)
      option.hidden = !option.querySelector("input").checked && !plain(option.textContent).includes(asked);
  });
  on("keydown", "[data-narrows]", (field, event) => { if (event.key === "Enter") event.preventDefault(); });

  // A form that a change of a choice may send: sort orders, facets.
  on("change", "form[data-send-on-change] :is(select, input)", (control) => control.form.requestSubmit());

  /* Autosave: a form[data-autosave] posts itself (to that address, or its own) a moment after a change. Where it holds
   * many answers, each in a [data-answer="12"], that part alone is posted to the form's address followed by 12/, with
   * its data-revision. One post at a time for each. Only a reply that carries X-Saved counts as saved; it is the
   * revision for the next post. 409 and 422 bring a part of a page for the [data-reply] inside; after 409 its reader has
   * seen what stands, so the next post goes on from there ([data-again]: now; [data-theirs]: with what stands). A
   * sign-in page or a 403 that stays is "signed out", anything else "not sent yet": the text stays, and the next change,
   * the connection's return or, once signed in elsewhere, the return to this window tries again. */
  const state = document.querySelector(".save");
  const show = (name) => {
    if (!state) return;
    state.dataset.state = name;
    state.querySelector("use").setAttribute("href", name === "saved" || name === "saving" ? "#i-check" : "#i-warn");
    state.querySelector("[data-text]").textContent = state.dataset[name].replace("{time}", new Date().toTimeString().slice(0, 5));
  };
  const waiting = new Map(); // form or part of it → timer, or "sending", "again", "kept", "out", "refused"
  const parcel = (unit) => {
    if (unit.matches("form")) return [unit.dataset.autosave || unit.action, new FormData(unit)];
    const form = unit.closest("form"), body = new FormData();
    for (const control of unit.querySelectorAll("input[name], textarea[name], select[name]"))
      if (!/^(checkbox|radio)$/.test(control.type) || control.checked) body.append(control.name, control.value);
    body.set("revision", unit.dataset.revision);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return [form.dataset.autosave + unit.dataset.answer + "/", body];
  };
  const heard = (unit, revision) => {
    if ("revision" in unit.dataset) unit.dataset.revision = revision;
    const field = unit.querySelector("[name=revision]"), shown = unit.querySelector("[data-shown]");
    if (field) field.value = revision;
    if (shown) shown.value = revision + "."; // no print: whatever stands here is what its reader means
  };
  const reply = (unit, html) => {
    const place = unit.querySelector("[data-reply]");
    if (place) place.innerHTML = html;
  };
  // Whoever signed in anew, in another window, has a new token; it takes the place of the page's old one.
  const renew = async () => {
    const answer = await fetch(location.href, { redirect: "manual" });
    const token = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main [name=csrfmiddlewaretoken]")?.value;
    if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
    return Boolean(token);
  };
  const post = (unit) => {
    const [address, body] = parcel(unit);
    return fetch(address, { method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "manual" });
  };
  const send = async (unit) => {
    waiting.set(unit, "sending");
    show("saving");
    let saved = false, left = "kept";
    try {
      let answer = await post(unit), known = true;
      if (answer.status === 403 && (known = await renew())) answer = await post(unit);
      const revision = answer.headers.get("X-Saved");
      saved = answer.ok && revision !== null;
      if (saved) { heard(unit, revision); reply(unit, ""); unit.dispatchEvent(new CustomEvent("saved", { bubbles: true })); }
      else if (answer.status === 409 || answer.status === 422) {
        left = "refused";
        reply(unit, await answer.text());
        if (answer.status === 409 && revision !== null) heard(unit, revision);
      } else if (!known || answer.ok || answer.status === 401 || answer.type === "opaqueredirect") left = "out";
    } catch { /* no connection: said below */ }
    if (waiting.get(unit) === "again") return send(unit);
    if (saved) waiting.delete(unit); else waiting.set(unit, left);
    const all = [...waiting.values()];
    show(["out", "kept", "refused"].find((name) => all.includes(name)) || (all.length ? "saving" : "saved"));
    release(unit);
  };
  // A choice that wants words is not sent before its reader could write them.
  const patience = (control, unit) => {
    if (control.matches("textarea, input[type=text]")) return 700;
    const plain = !control.matches("select, [type=radio]") || /^(|met|not_met|conforming)$/.test(control.value);
    return plain || unit.querySelector("textarea")?.value.trim() ? 50 : 4000;
  };
  on("input", "form[data-autosave] :is(input, textarea, select)", (control) => {
    const unit = control.closest("[data-answer]") || control.form, now = waiting.get(unit);
    if (now === "sending" || now === "again") return waiting.set(unit, "again");
    clearTimeout(now);
    show("saving");
    waiting.set(unit, setTimeout(send, patience(control, unit), unit));
  });
  on("click", "[data-again]", (button) => send(button.closest("[data-answer], form")));
  on("click", "[data-theirs]", (button) => {
    const unit = button.closest("[data-answer]"), pk = unit.dataset.answer, theirs = button.dataset;
    unit.querySelectorAll(`[name=v${pk}]`).forEach((option) => (option.checked = option.value === theirs.value));
    for (const [name, text] of [["r", theirs.reason], ["n", theirs.note]]) {
      const field = unit.querySelector(`[name=${name}${pk}]`);
      if (field) field.value = text;
    }
    send(unit);
  });

  // The question above the reason follows the answer.
  on("change", "[data-answer] input[type=radio]", (option) => {
    const form = option.form, words = form.getAttribute("data-ask-" + option.value) || form.dataset.askAny;
    const ask = option.closest("[data-answer]").querySelector("[data-ask]");
    if (ask && words) ask.textContent = words;
  });
  // What is sent with the whole form is not sent again on its own; what is on its way arrives first, with its revision.
  const held = new Map(); // form → its button, pressed while a part of it was on its way
  on("submit", "form[data-autosave]", (form, event) => {
    const parts = [...waiting].filter(([unit]) => form.contains(unit));
    if (parts.some(([, now]) => now === "sending" || now === "again")) {
      event.preventDefault();
      return held.set(form, event.submitter);
    }
    for (const [unit, now] of parts) { clearTimeout(now); waiting.delete(unit); }
  });
  const release = (unit) => {
    const form = unit.closest("form"), button = held.get(form);
    if (held.delete(form)) form.requestSubmit(button);
  };
  const retry = (name) => waiting.forEach((now, unit) => { if (now === name) send(unit); });
  addEventListener("online", () => retry("kept"));
  addEventListener("focus", () => retry("out"));
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

  // Facets and progress start closed where what they narrow would lie far below them.
  if (matchMedia("(max-width: 61.99rem)").matches)
    document.querySelectorAll("details:is(.facet, .fold)").forEach((facet) => (facet.open = false));

  // Print button.
  on("click", "[data-print]", () => print());
})();
