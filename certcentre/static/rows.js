/* rows.js: a long sheet of rows. They come as they come into sight, what stands in one as it is opened; words are looked
 * for as they are typed; what is done to many rows changes them in their place. Needs saving.js and dense.js; without
 * them the sheet stands page by page, one row open, and its buttons save the page. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-rows-from]");
  if (!form) return;
  const { on, say, saving, dense } = window.portal;
  const table = form.querySelector("table.dense");
  const asked = new URLSearchParams(location.search);
  const ROW = "tbody[data-answer]";
  const part = async (query) => {
    const kept = Object.fromEntries(["only", "q"].filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
    try {
      const answer = await fetch(form.dataset.rowsFrom + "?" + new URLSearchParams({ ...kept, ...query }), { redirect: "manual" });
      return answer.ok ? await answer.text() : null;
    } catch { return null; } // no connection: asked again when it is needed
  };
  const bodies = (html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(ROW)];

  // ---- rows as they come into sight --------------------------------------------------------------------------------
  const later = () => (table ? [...table.querySelectorAll(".dense__later[data-rows]")] : []);
  const keysOf = (place) => place.dataset.rows.split(".");
  const load = (place) => (place.coming ??= (async () => {
    const html = await part({ k: place.dataset.rows });
    if (html === null) return void (place.coming = undefined);
    const found = bodies(html);
    place.replaceWith(...found);
    watch(found);
    hideOthers();
  })());
  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => { if (entry.isIntersecting) load(entry.target); }),
    { rootMargin: "900px 0px" },
  );
  // What stands in the rows that are in sight comes a moment later: they open at once, and without a connection too.
  const known = new Map(), wanted = new Set(); // key → { revision, more }
  let soon = 0;
  const ahead = async () => {
    const keys = [...wanted].slice(0, 25);
    if (!keys.length) return;
    keys.forEach((key) => wanted.delete(key));
    const html = await part({ k: keys.join("."), open: 1 });
    for (const body of html ? bodies(html) : []) {
      known.set(body.dataset.answer, { revision: body.dataset.revision, more: body.querySelector(".dense__more") });
      document.getElementById(body.id)?.setAttribute("data-known", "");
    }
    if (wanted.size) soon = setTimeout(ahead, 300);
  };
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    entry.target.dataset.seen = "";
    seen.unobserve(entry.target);
    wanted.add(entry.target.closest(ROW).dataset.answer);
    clearTimeout(soon);
    soon = setTimeout(ahead, 700);
  }), { threshold: 0.6 });
  const watch = (units) => units.forEach((unit) => seen.observe(unit.rows[0]));
  const like = table?.querySelector(`${ROW} > tr`)?.offsetHeight || 38;
  for (const place of later()) {
    place.rows[0].style.height = `${keysOf(place).length * like}px`; // its true height, so that nothing jumps
    near.observe(place);
  }
  if (table) watch([...table.querySelectorAll(ROW)]);

  const ensure = async (key) => {
    const place = later().find((each) => keysOf(each).includes(key));
    if (place) await load(place);
    return document.getElementById("k" + key);
  };
  const show = async () => {
    const [, key] = location.hash.match(/^#[km](\d+)$/) || [];
    if (key) {
      const row = await ensure(key);
      row?.scrollIntoView({ block: "center" });
      row?.querySelector(".name a")?.focus({ preventScroll: true }); // its keys are at hand
    }
    else if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  addEventListener("hashchange", show);
  // The outline leads to its place here; without script to the page that holds it.
  on("click", ".outline a[href*='#']", (link, event) => {
    if (!document.getElementById(link.hash.slice(1)) || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (location.hash === link.hash) show(); else location.hash = link.hash;
  });

  // ---- what stands in a row ----------------------------------------------------------------------------------------
  window.portal.more = (row) => (row.coming ??= (async () => {
    const unit = row.closest(ROW), kept = known.get(unit.dataset.answer);
    let more = kept?.revision === unit.dataset.revision ? kept.more : null;
    if (!more) {
      const html = await part({ k: unit.dataset.answer, open: 1 });
      more = html ? bodies(html)[0]?.querySelector(".dense__more") : kept?.more;
    }
    row.coming = undefined;
    if (!more) return say(form.dataset.away);
    if (unit.querySelector(".dense__more")) return;
    known.delete(unit.dataset.answer);
    more.classList.remove("is-open");
    row.after(more);
    const place = more.querySelector("[data-reply]"), chosen = row.querySelector(".quad [type=radio]:checked");
    if (place && unit.reply) {
      place.innerHTML = unit.reply;
      // words that somebody else wrote meanwhile are no words of this answer
      if (more !== kept?.more && place.querySelector("[data-theirs]")) more.querySelector("textarea").value = "";
    }
    const words = chosen && form.getAttribute("data-ask-" + chosen.value), ask = more.querySelector("[data-ask]");
    if (words && ask) ask.textContent = words;
  })());
  const open = (unit) => dense.set(unit.rows[0], true);
  const opens = (form.dataset.opens || "").split(" ");
  on("change", `${ROW} .quad [type=radio]`, (choice) => {
    const unit = choice.closest(ROW);
    if (opens.includes(choice.value) || "alone" in unit.dataset) open(unit);
  });
  on("refused", ROW, open);
  const bringBack = async () => {
    for (const key of form.dataset.autosave ? saving.typedFor(form) : []) {
      const unit = await ensure(key);
      if (!unit || saving.isWaiting(unit)) continue;
      await open(unit);
      saving.bringBack(unit);
    }
  };

  // ---- words as they are typed -------------------------------------------------------------------------------------
  const field = document.querySelector("[data-find]"), said = document.querySelector("[data-found]");
  let hits = null, timer = 0, turn = 0;
  const hideOthers = () => {
    let head = null, any = false;
    const close = () => { if (head) head.hidden = !any; };
    for (const body of table?.tBodies || []) {
      if (body.matches(".dense__head")) { close(); head = body; any = false; continue; }
      const keys = body.dataset.rows ? keysOf(body) : [body.dataset.answer];
      const count = hits ? keys.filter((key) => hits.has(key)).length : keys.length;
      body.hidden = !count;
      if (body.dataset.rows) body.rows[0].style.height = `${count * like}px`;
      any ||= count > 0;
    }
    close();
  };
  const find = async () => {
    const words = field.value.trim(), mine = ++turn;
    const answer = await part({ q: words });
    if (answer === null || mine !== turn) return;
    const [keys, line] = answer.split("\n");
    hits = words ? new Set(keys.split(".")) : null;
    const known = new Set([...(table?.querySelectorAll(ROW) || [])].map((unit) => unit.dataset.answer).concat(...later().map(keysOf)));
    if (keys && [...keys.split(".")].some((key) => !known.has(key))) return field.form.requestSubmit(); // the page held fewer
    hideOthers();
    said.textContent = words ? line : "";
  };
  on("input", "[data-find]", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 200);
  });

  // ---- one press for one row or many -------------------------------------------------------------------------------
  const again = async (keys) => {
    const fetched = [];
    for (let start = 0; start < keys.length; start += 100) fetched.push(await part({ k: keys.slice(start, start + 100).join(".") }));
    for (const fresh of fetched.flatMap((html) => bodies(html || ""))) {
      const old = document.getElementById(fresh.id);
      if (!old || saving.isWaiting(old)) continue; // what was typed there is not taken away
      const was = dense.isOpen(old.rows[0]), box = old.querySelector(".pick input"), held = old.contains(document.activeElement);
      if (box?.checked) fresh.querySelector(".pick input").checked = true;
      old.replaceWith(fresh);
      watch([fresh]);
      if (old.rows[0].matches("[data-seen]")) fresh.rows[0].dataset.seen = "";
      known.delete(fresh.dataset.answer);
      if (was) await open(fresh);
      if (held) fresh.querySelector(".name a").focus();
    }
    hideOthers();
  };
  on("submit", "form[data-rows-from]", async (_form, event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter, pressed = button?.value.match(/^\w+:(\d+)$/);
    event.preventDefault();
    if (!button?.value) return; // each answer is kept as it is given
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("do", button.value);
    const bulk = button.closest(".bulk");
    bulk?.querySelectorAll("[name]:not(button, :is([type=checkbox], [type=radio]):not(:checked))")
      .forEach((control) => body.append(control.name, control.value));
    const units = pressed
      ? [document.getElementById("k" + pressed[1])]
      : [...form.querySelectorAll(`${ROW}:has(.pick input:checked)`)];
    const apart = button.closest(".apart"); // what is said beside a row touches nothing of it
    apart?.querySelectorAll("[name]:not(button)").forEach((control) => body.set(control.name, control.value));
    for (const unit of apart ? [] : units) {
      const key = unit.dataset.answer, chosen = unit.querySelector(".quad [type=radio]:checked");
      if (!pressed) { body.append("pick", `${key}.${unit.dataset.revision}`); continue; } // as it is in sight
      body.append("s" + key, unit.dataset.revision + ".");
      if (chosen) body.append("v" + key, chosen.value);
    }
    const failed = () => { // signed out, or away: the page itself goes, and says so
      const name = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: button.value });
      form.append(name);
      form.submit();
    };
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1", "X-Parts": "1" }, redirect: "manual" });
      if (!answer.headers.has("X-Saved")) return failed();
      saving.putParts(await answer.text());
      const asked = bulk && button.closest("details");
      if (asked && answer.ok) { asked.open = false; asked.querySelectorAll("textarea").forEach((words) => (words.value = "")); }
    } catch { return failed(); }
    await again(units.map((unit) => unit.dataset.answer));
  });

  show();
  bringBack();
})();
