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

  window.portal = { on, say }; // for the other scripts

  // What stands open beside a list on a wide screen is closed above it on a narrow one.
  const wide = matchMedia("(min-width: 62rem)");
  const fold = () =>
    document.querySelectorAll("details[data-open-where-wide]").forEach((part) => (part.open = wide.matches));
  wide.addEventListener("change", fold);
  fold();

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

  // The question above the reason follows the answer.
  on("change", "[data-answer] input[type=radio]", (option) => {
    const form = option.form, words = form.getAttribute("data-ask-" + option.value) || form.dataset.askAny;
    const ask = option.closest("[data-answer]").querySelector("[data-ask]");
    if (ask && words) ask.textContent = words;
  });
  // Facets and progress start closed where what they narrow would lie far below them.
  if (matchMedia("(max-width: 61.99rem)").matches)
    document.querySelectorAll("details:is(.facet, .fold)").forEach((facet) => (facet.open = false));

  // Points are added up as they are typed; what was said of the stored ones goes.
  const points = (box) => [...box.querySelectorAll(".weight")].reduce((sum, field) => sum + (parseInt(field.value, 10) || 0), 0);
  on("input", ".table .weight", (field) => {
    for (const box of [field.closest("tbody"), field.closest("table")])
      box.querySelectorAll(box.matches("table") ? "[data-sum]" : "[data-part]").forEach((shown) => (shown.textContent = points(box)));
    document.querySelectorAll("[data-stale]").forEach((note) => (note.hidden = true));
  });

  // Print button.
  on("click", "[data-print]", () => print());
})();
