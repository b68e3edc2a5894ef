/* saving.js: what is typed is kept, by the server as it is given and in this browser until it is. Needs portal.js.
 *
 * A form[data-autosave] posts itself (to that address, or its own) a moment after a change. Where it holds many answers,
 * each in a [data-answer="12"], that part alone is posted to the form's address followed by 12/, with its data-revision.
 * The replies are those of certcentre/saving.py; only one that carries X-Saved is an answer of ours, and the label says
 * nothing that the last answer did not say. One post at a time for each part.
 *
 * Until it is saved, what was typed stands in localStorage under the reader, the address and the revision it was typed
 * at: a page that is left, closed or loaded again brings it back and sends it again. Signing out forgets it. */
(() => {
  "use strict";
  const { on } = window.portal;
  const state = document.querySelector(".save");
  const waiting = new Map(); // form or part of it → timer, or "sending", "again", "kept", "out", "refused"
  const UNITS = "form[data-autosave]:not(:has([data-answer])), form[data-autosave] [data-answer]";
  const WORST = ["out", "kept", "refused"];

  // as the rest of the page says times, wherever this browser is
  const clock = (timeZone) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone, timeZoneName: "short" }).format();

  const show = () => {
    if (!state) return;
    const all = [...waiting.values()];
    const name = WORST.find((each) => all.includes(each)) || (all.length ? "saving" : "saved");
    const refused = all.filter((each) => each === "refused").length;
    const words = name === "refused" && refused > 1 ? state.dataset.many.replace("{n}", refused) : state.dataset[name];
    state.dataset.state = name;
    state.querySelector("use").setAttribute("href", name === "saved" || name === "saving" ? "#i-check" : "#i-warn");
    state.querySelector("[data-text]").textContent = words.replace("{time}", clock(state.dataset.zone));
  };

  const controlsOf = (unit) => // of a form also those that stand elsewhere and name it
    [...(unit.matches("form") ? unit.elements : unit.querySelectorAll("input, textarea, select"))].filter((control) =>
      control.matches("input[name], textarea[name], select[name]") &&
      control.type !== "file" && control.name !== "csrfmiddlewaretoken" && !control.closest(".pick, .apart"));
  const given = (control) => !/^(checkbox|radio)$/.test(control.type) || control.checked;
  // Beside the answers of a form other things may stand that only its buttons send: those are saved by no post of ours.
  const unitOf = (control) =>
    control.closest("[data-answer]") || (control.form.querySelector("[data-answer]") ? null : control.form);
  const formOf = (unit) => (unit.matches("form") ? unit : unit.closest("form"));
  const addressOf = (unit) => {
    const form = formOf(unit), own = form.dataset.autosave || form.getAttribute("action") || location.pathname;
    return unit === form ? own : own + unit.dataset.answer + "/";
  };
  const bodyOf = (unit) => {
    const body = new FormData();
    for (const control of controlsOf(unit)) if (given(control)) body.append(control.name, control.value);
    if ("revision" in unit.dataset) body.set("revision", unit.dataset.revision);
    body.set("csrfmiddlewaretoken", formOf(unit).elements.csrfmiddlewaretoken.value);
    return body;
  };

  // ---- kept in this browser ------------------------------------------------------------------------------------
  const MARK = "typed ", DAYS = 30;
  const keyOf = (unit) => MARK + (document.documentElement.dataset.reader || "") + " " + addressOf(unit);
  const revisionOf = (unit) => unit.dataset.revision ?? unit.querySelector("[name=revision]")?.value ?? "";
  const typedIn = (unit) => {
    const fields = {};
    for (const control of controlsOf(unit))
      if (control.type !== "hidden") (fields[control.name] ||= []).push(...(given(control) ? [control.value] : []));
    return fields;
  };
  const store = (run) => { try { return run(localStorage); } catch { return undefined; } }; // full, or not allowed
  const keep = (unit) => {
    const revision = unit.typedAt ??= revisionOf(unit);
    store((shelf) => shelf.setItem(keyOf(unit), JSON.stringify({ fields: typedIn(unit), revision, at: Date.now() })));
  };
  const drop = (unit) => {
    delete unit.typedAt;
    store((shelf) => shelf.removeItem(keyOf(unit)));
  };
  const fill = (unit, fields) => {
    for (const control of controlsOf(unit)) {
      if (!(control.name in fields)) continue;
      const values = [fields[control.name]].flat();
      if (/^(checkbox|radio)$/.test(control.type)) control.checked = values.includes(control.value);
      else if (control.type !== "hidden") control.value = values[0] ?? "";
    }
  };
  const bringBack = (unit) => {
    const typed = store((shelf) => JSON.parse(shelf.getItem(keyOf(unit))));
    if (!typed) return;
    if (Date.now() - typed.at > DAYS * 864e5) return drop(unit);
    const here = typedIn(unit);
    if (unit.matches("tbody") && Object.keys(typed.fields).some((name) => !(name in here))) return; // rows.js opens it first
    const arrived = JSON.stringify(here) === JSON.stringify(typed.fields);
    if (arrived) return waiting.has(unit) ? undefined : drop(unit); // one that the page shows as refused stays
    fill(unit, typed.fields);
    heard(unit, typed.revision); // somebody else may have written since: then both texts are shown
    unit.typedAt = typed.revision;
    unit.dispatchEvent(new CustomEvent("broughtback", { bubbles: true }));
    send(unit);
  };
  on("submit", "form[data-sign-out]", () =>
    store((shelf) => Object.keys(shelf).filter((key) => key.startsWith(MARK)).forEach((key) => shelf.removeItem(key))));

  // ---- sent ----------------------------------------------------------------------------------------------------
  const heard = (unit, revision) => {
    if ("revision" in unit.dataset) unit.dataset.revision = revision;
    const field = unit.querySelector("[name=revision]");
    if (field) field.value = revision;
    // no print: whatever stands here is what its reader means
    unit.querySelectorAll("[data-shown]").forEach((shown) => (shown.value = revision + "."));
  };
  const reply = (unit, html) => {
    const place = unit.querySelector("[data-reply]");
    unit.reply = html; // for a row whose place for it comes as it is opened
    if (place) place.innerHTML = html;
  };
  const readAt = new Map(); // part of the page → when the server read what it says (X-Parts-At)
  const putParts = (html, read = 0) => {
    if (!html) return;
    const body = new DOMParser().parseFromString(html, "text/html").body;
    for (const part of body.querySelectorAll("[data-part], [data-into]")) {
      const where = part.dataset.into || `[data-part="${part.dataset.part}"]`;
      if (read && read < readAt.get(where)) continue; // two were under way, and the older reply came last
      if (read) readAt.set(where, read);
      document.querySelectorAll(where).forEach((place) => (place.innerHTML = part.innerHTML.trim()));
    }
  };
  // Whoever signed in anew, in another window, has a new token; it takes the place of the page's old one.
  const renew = async () => {
    const page = document.querySelector("link[rel=canonical]")?.href || location.href; // a step's own is only posted to
    const answer = await fetch(page, { redirect: "manual" });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = fresh && fresh.querySelector("main [name=csrfmiddlewaretoken]")?.value;
    if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
    return Boolean(token);
  };
  const headers = () =>
    document.querySelector("[data-part]") ? { "X-Autosave": "1", "X-Parts": "1" } : { "X-Autosave": "1" };
  const post = (unit, leaving) =>
    fetch(addressOf(unit), {
      method: "POST", body: bodyOf(unit), headers: headers(), redirect: "manual", keepalive: leaving,
    });
  const send = async (unit, leaving = false) => {
    waiting.set(unit, "sending");
    show();
    let saved = false, left = "kept";
    try {
      let answer = await post(unit, leaving), known = true;
      if (answer.status === 403 && (known = await renew())) answer = await post(unit, false);
      const revision = answer.headers.get("X-Saved");
      saved = answer.ok && revision !== null;
      if (saved) {
        heard(unit, revision);
        reply(unit, "");
        putParts(await answer.text(), Number(answer.headers.get("X-Parts-At")));
        unit.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
      } else if (answer.status === 409 || answer.status === 422) {
        left = "refused";
        reply(unit, await answer.text());
        unit.dispatchEvent(new CustomEvent("refused", { bubbles: true }));
        // The next post would go on from what stands now; so none goes before its reader chose between both, however
        // much more is typed. What is kept stays that of the revision it was typed at: loaded again, it asks again.
        if (answer.status === 409 && revision !== null) { heard(unit, revision); unit.clash = true; }
      } else if (!known || answer.ok || answer.status === 401 || answer.type === "opaqueredirect") left = "out";
    } catch { /* no connection: it is kept */ }
    if (waiting.get(unit) === "again" && !unit.clash) {
      if (saved) unit.typedAt = revisionOf(unit);
      keep(unit);
      return send(unit);
    }
    if (saved) { waiting.delete(unit); drop(unit); } else { waiting.set(unit, left); keep(unit); }
    show();
    release(unit);
  };
  // A choice that wants words ([data-wants-words], or any in a row that says less) or a tick beside it (.ticks) is not
  // sent before its reader could give them.
  const patience = (control, unit) => {
    if (control.matches("textarea, input[type=text]")) return 700;
    const choice = control.matches("select") ? control.selectedOptions[0]
      : control.closest(".ticks") ? unit.querySelector(".quad [type=radio]:checked") : control;
    const written = unit.querySelector("textarea")?.value.trim();
    const wants = choice && ("wantsWords" in choice.dataset || "alone" in unit.dataset ||
      formOf(unit).dataset.wantsWords?.split(" ").includes(choice.value));
    const bare = choice && unit.querySelector(".ticks") && !unit.querySelector(".ticks :checked");
    return (wants && !written) || bare ? 4000 : 50;
  };
  on("input", ":is(input, textarea, select)", (control) => {
    if (!control.form?.matches("form[data-autosave]") || control.closest(".pick, .bulk, .apart")) return; // no answer
    const unit = unitOf(control), now = waiting.get(unit);
    if (!unit) return;
    keep(unit);
    if (unit.clash) return;
    if (now === "sending" || now === "again") return waiting.set(unit, "again");
    clearTimeout(now);
    waiting.set(unit, setTimeout(send, patience(control, unit), unit));
    show();
  });
  const chosen = (unit) => { unit.clash = false; send(unit); };
  on("click", "[data-again]", (button) => chosen(button.closest("[data-answer], form")));
  on("click", "[data-theirs]", (button) => {
    const unit = button.closest("[data-answer], form");
    fill(unit, JSON.parse(button.dataset.theirs));
    chosen(unit);
  });

  // ---- left, come back -----------------------------------------------------------------------------------------
  const sendNow = () => {
    for (const [unit, now] of waiting) if (typeof now === "number") { clearTimeout(now); send(unit, true); }
  };
  addEventListener("pagehide", sendNow);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") sendNow(); });
  const retry = (name) => waiting.forEach((now, unit) => { if (now === name) send(unit); });
  addEventListener("online", () => retry("kept"));
  addEventListener("focus", () => retry("out"));
  // Only where this browser keeps nothing is leaving a loss.
  addEventListener("beforeunload", (event) => {
    const lost = [...waiting.keys()].some((unit) => store((shelf) => shelf.getItem(keyOf(unit))) == null);
    if (lost) event.preventDefault();
  });

  // What is sent with the whole form is not sent again on its own; what is on its way arrives first, with its revision.
  const pressed = new Map(); // form → its button, pressed while a part of it was on its way
  on("submit", "form[data-autosave]:not([data-rows-from])", (form, event) => {
    const parts = [...waiting].filter(([unit]) => form.contains(unit));
    if (parts.some(([, now]) => now === "sending" || now === "again")) {
      event.preventDefault();
      return pressed.set(form, event.submitter);
    }
    for (const [unit, now] of parts) { clearTimeout(now); waiting.delete(unit); }
  });
  const release = (unit) => {
    const form = formOf(unit), button = pressed.get(form);
    if (pressed.delete(form)) form.requestSubmit(button);
    flushed();
  };

  // A step of another form of the page, or of many rows, waits until all that was typed has arrived: it would meet its
  // own reader's change as a stranger's. Where something is refused or cannot be sent, the label says so, and a second press goes.
  let step = null; // { form, button, parts: what it waits for }
  const underWay = () => [...waiting].filter(([, now]) => typeof now === "number" || now === "sending" || now === "again");
  on("submit", "main form[method=post]:is([data-rows-from], :not([data-autosave]))", (form, event) => {
    const parts = underWay().map(([unit]) => unit);
    if (!parts.length) return;
    event.preventDefault();
    step = { form, button: event.submitter, parts };
    for (const [unit, now] of waiting) if (typeof now === "number") { clearTimeout(now); send(unit); }
  });
  const flushed = () => {
    if (!step || underWay().length) return;
    const { form, button, parts } = step;
    step = null;
    if (!parts.some((unit) => waiting.has(unit))) form.requestSubmit(button);
  };

  // What the page came with: refused answers say so in the label too; what was typed here before is brought back.
  for (const unit of document.querySelectorAll(UNITS))
    if (unit.querySelector("[data-reply] > *")) waiting.set(unit, "refused");
  if (waiting.size) show();
  document.querySelectorAll(UNITS).forEach(bringBack);

  // For rows.js: which answers of a form have something typed that is not here yet.
  const typedFor = (form) => {
    const start = MARK + (document.documentElement.dataset.reader || "") + " " + form.dataset.autosave;
    const keys = store((shelf) => Object.keys(shelf).filter((key) => key.startsWith(start))) || [];
    return keys.map((key) => key.slice(start.length).replace(/\/$/, ""));
  };
  window.portal.saving = { bringBack, putParts, typedFor, isWaiting: (unit) => waiting.has(unit), shelfOf: store, MARK, DAYS };
})();
