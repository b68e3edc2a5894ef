/* kept.js: what is typed into a form that only its button sends is kept in this browser until the server took it.
 * Needs saving.js, whose place and whose end at signing out it shares.
 *
 * Which forms these are stands once, in the template[data-kept] of base.html; one of many that are sent to one address
 * says which it is in data-kept-as. Only what differs from what the server gave is kept, each field with what the
 * server had given (was): put back, it replaces nothing that was changed there since. A form is sent with a mark of
 * its own, typed_as; the server names in a cookie the marks of those that it took (certcentre/saving.py), and only
 * these are forgotten. */
(() => {
  "use strict";
  const place = document.querySelector("template[data-kept]");
  if (!place) return;
  const { on, say, saving } = window.portal;
  const { shelfOf, MARK, DAYS } = saving;
  const root = document.documentElement, answered = "answered" in root.dataset; // the page answers a form that was sent
  const SECRET = /password|token|secret/i, COOKIE = "typed_taken";
  const asked = new Map(); // form → its note, while its reader has not said what becomes of what is kept

  const keyOf = (form) => {
    const address = form.getAttribute("action") || location.pathname + location.search;
    return `${MARK}${root.dataset.reader} form ${address} ${form.dataset.keptAs || ""}`;
  };
  const read = (form) => shelfOf((shelf) => JSON.parse(shelf.getItem(keyOf(form)))) || null;
  const write = (form, entry) =>
    shelfOf((shelf) => Object.keys(entry.fields).length
      ? shelf.setItem(keyOf(form), JSON.stringify(entry)) : shelf.removeItem(keyOf(form)));
  const isKept = (control) =>
    control.matches("input[name], textarea[name], select[name]") && !SECRET.test(control.name) &&
    !/^(hidden|file|password|submit|button|image|reset)$/.test(control.type) && control.autocomplete !== "one-time-code";
  const called = (form, name) => [...form.elements].filter((control) => control.name === name && isKept(control));
  const isChoice = (control) => /^(checkbox|radio)$/.test(control.type);
  const now = (control) => isChoice(control) ? (control.checked ? [control.value] : [])
    : control.matches("select") ? [...control.selectedOptions].map((option) => option.value) : [control.value];
  const first = (control) => { // as the server gave it
    if (isChoice(control)) return control.defaultChecked ? [control.value] : [];
    if (!control.matches("select")) return [control.defaultValue];
    const chosen = [...control.options].filter((option) => option.defaultSelected);
    return (chosen.length || control.multiple ? chosen : [...control.options].slice(0, 1)).map((option) => option.value);
  };
  const of = (form, name, values) => called(form, name).flatMap(values);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // ---- kept as it is typed ---------------------------------------------------------------------------------------
  on("input", ":is(input, textarea, select)", (control) => {
    const form = control.form;
    if (!form?.matches(place.dataset.kept) || !isKept(control)) return;
    const entry = read(form) || { fields: {}, was: {} }, name = control.name;
    const typed = of(form, name, now), given = of(form, name, first);
    if (same(typed, given) && !answered && !asked.has(form)) delete entry.fields[name];
    else {
      entry.was[name] ??= given;
      entry.fields[name] = typed;
    }
    delete entry.sent; // what is typed after it was sent was not sent
    write(form, { ...entry, at: Date.now() });
  });
  // A page that shows once more what is about to be done sends the same form, with all of it hidden.
  on("submit", "main form[method=post]", (form) => {
    const entry = (answered || form.matches(place.dataset.kept)) && read(form);
    if (!entry) return;
    const field = form.elements.typed_as || Object.assign(document.createElement("input"), { type: "hidden", name: "typed_as" });
    field.value = entry.sent = crypto.getRandomValues(new Uint32Array(2)).join("");
    form.append(field);
    write(form, entry);
  });

  // ---- taken, or too old -------------------------------------------------------------------------------------------
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(COOKIE + "="));
  const taken = cookie ? cookie.slice(COOKIE.length + 1).split(".") : [];
  if (cookie) document.cookie = `${COOKIE}=; path=/; max-age=0; samesite=lax`;
  shelfOf((shelf) => {
    for (const key of Object.keys(shelf).filter((name) => name.startsWith(MARK) && name.split(" ")[2] === "form")) {
      const entry = JSON.parse(shelf.getItem(key));
      if (taken.includes(entry.sent) || Date.now() - entry.at > DAYS * 864e5) shelf.removeItem(key);
    }
  });

  // ---- come back ---------------------------------------------------------------------------------------------------
  const put = (form, name, values) => {
    called(form, name).forEach((control, at) => {
      if (isChoice(control)) control.checked = values.includes(control.value);
      else if (control.matches("select"))
        for (const option of control.options) option.selected = values.includes(option.value);
      else control.value = values[at] ?? "";
      control.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };
  const words = (form, name, values) => called(form, name).flatMap((control) => control.matches("select") ? [...control.options]
    .filter((option) => values.includes(option.value)).map((option) => option.text)
    : isChoice(control) ? (values.includes(control.value) ? [control.labels[0]?.textContent.trim()] : []) : []).join(", ") ||
    values.join("\n");
  const line = (note, form, name, values) => {
    const [control] = called(form, name), part = document.createElement("div"), text = document.createElement("p");
    const of = control && (control.closest("fieldset")?.querySelector("legend") || control.labels?.[0]);
    part.className = "voice stack gap-2";
    part.append(Object.assign(document.createElement("p"), {
      textContent: [of?.textContent.trim(), control ? note.dataset.clash : note.dataset.gone].filter(Boolean).join(". "),
    }));
    Object.assign(text, { textContent: words(form, name, values), dir: "auto" });
    text.style.whiteSpace = "pre-line";
    part.append(text);
    if (control) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: note.dataset.mine });
      button.className = "button button--small";
      button.addEventListener("click", () => { put(form, name, values); part.remove(); control.focus(); });
      part.append(button);
    }
    return part;
  };
  const putBack = (form, note, entry) => {
    asked.delete(form);
    const left = [];
    let start = null;
    for (const [name, values] of Object.entries(entry.fields)) {
      const stands = of(form, name, now);
      if (same(stands, values)) continue;
      if (!called(form, name).length || !same(stands, entry.was[name])) left.push(line(note, form, name, values));
      else { put(form, name, values); start ||= called(form, name)[0]; }
    }
    const text = note.querySelector("[data-text]");
    text.textContent = note.dataset.back;
    text.closest("p").hidden = !start;
    note.querySelector(".row").replaceWith(...left);
    note.tabIndex = -1;
    (left.length ? note : start || note).focus();
    if (start) say(note.dataset.back);
  };
  const offer = (form) => {
    const entry = read(form);
    if (!entry || answered) return; // the page that answers it has all of it in the form
    if (Object.entries(entry.fields).every(([name, values]) => same(of(form, name, first), values)))
      return write(form, { fields: {} });
    const note = place.content.firstElementChild.cloneNode(true), text = note.querySelector("[data-text]");
    const writing = root.lang === "en" ? "en-GB" : root.lang; // the day before the month, as everywhere here
    const time = new Date(entry.at).toLocaleString(writing, { dateStyle: "long", timeStyle: "short" });
    text.textContent = text.textContent.replace("{time}", time);
    note.querySelector("[data-put-back]").addEventListener("click", () => putBack(form, note, entry));
    note.querySelector("[data-throw-away]").addEventListener("click", () => {
      asked.delete(form);
      write(form, { fields: {} });
      note.remove();
      [...form.elements].find((control) => isKept(control))?.focus();
    });
    asked.set(form, note);
    form.prepend(note);
    const folded = form.closest("details:not([open])");
    if (folded) folded.open = true;
  };
  document.querySelectorAll(place.dataset.kept).forEach(offer);
})();
