/* dense.js: comfort for dense tables. Without it: links open rows by :target, ticks are native,
 * the bulk bar comes by :has(). Keys work only while the focus is in a row (WCAG 2.1.4) and can be turned off. */
(() => {
  "use strict";
  const tables = document.querySelectorAll("table.dense");
  if (!tables.length) return;
  const rowOf = (node) => node?.closest?.("table.dense tbody tr:not(.dense__group, .dense__more)");
  const rows = (table) =>
    [...table.querySelectorAll("tbody:not([hidden], .dense__later) tr:not(.dense__group, .dense__more)")].filter((row) => !row.hidden);
  const opener = (row) => row.querySelector(".name a");
  const more = (row) => row.nextElementSibling?.matches(".dense__more") ? row.nextElementSibling : null;
  const on = window.portal.on;
  const tick = (row) => row.querySelector(".pick input");

  // Opening: the script keeps several rows open and the place kept; the address stays as it is. What stands in a row of
  // a long sheet comes as it is opened (rows.js).
  const set = async (row, open) => {
    if (open && !more(row)) await window.portal.more?.(row);
    const part = more(row);
    if (!part) return;
    part.classList.toggle("is-open", open);
    opener(row)?.setAttribute("aria-expanded", String(open));
  };
  const isOpen = (row) => more(row)?.matches(".is-open, :target");
  document.querySelectorAll(".dense__more").forEach((part) => {
    const row = part.previousElementSibling;
    set(row, part.matches(".is-open, :target"));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".dense :is(.name, [data-why], .c-end) a[href*='#m']");
    if (!link || event.metaKey || event.ctrlKey) return;
    const row = rowOf(link);
    if (!more(row) && !window.portal.more) return;
    event.preventDefault();
    if (location.hash === link.hash) history.replaceState(null, "", location.pathname + location.search);
    set(row, link.matches(".flag") || !more(row)?.classList.contains("is-open"));
    if (link.matches(".flag")) more(row).querySelector("textarea")?.focus();
  });

  // Ticking: shift takes the range from the last tick; the head of the table takes what is shown.
  let last = null;
  document.querySelector("thead .pick input")?.removeAttribute("name"); // each row says it itself here
  const count = (form) => {
    const shown = form?.querySelector("[data-picked]");
    if (shown) shown.textContent = String(document.querySelectorAll("tbody .pick input:checked").length);
    const all = document.querySelector("thead .pick input");
    if (all) all.checked = document.querySelectorAll("tbody .pick input:not(:checked)").length === 0;
  };
  // of a long sheet only what was in sight is ticked with others
  const inSight = (row) => !row.closest("table").matches("[data-sight]") || row.matches("[data-seen]");
  // of findings tick all takes what was declared met and has none: what says more is written alone
  const together = (row) => !row.closest("table").matches("[data-tick-open]") ||
    !(row.parentElement.matches("[data-alone]") || row.querySelector(".quad [type=radio]:checked"));
  const range = (table, from, to, value) => {
    const all = rows(table), [a, b] = [all.indexOf(from), all.indexOf(to)].sort((x, y) => x - y);
    if (a < 0) return;
    all.slice(a, b + 1).filter((row) => !value || inSight(row)).forEach((row) => { if (tick(row)) tick(row).checked = value; });
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".pick input");
    if (!box) return;
    const row = rowOf(box), table = box.closest("table");
    if (!row) rows(table).filter((one) => !box.checked || (inSight(one) && together(one))).forEach((one) => { if (tick(one)) tick(one).checked = box.checked; });
    else {
      if (event.shiftKey && last) range(table, last, row, box.checked);
      last = row;
    }
    count(box.form);
  });

  on("click", "[data-untick]", (button) => {
    document.querySelectorAll(".dense .pick input:checked").forEach((box) => (box.checked = false));
    count(button.form);
  });

  // What the last answer of the server says of a row goes into its line: its revision, its reason, its counts.
  const flags = document.getElementById("reasons")?.content;
  on("saved", "form[data-autosave]", (form) => {
    const row = document.getElementById("r" + form.id.slice(1));
    if (!row || !tick(row)) return;
    const revision = Number(form.elements.revision.value);
    const more = revision - Number(tick(row).value.match(/\d*$/)[0]); // by this page itself, so its reader saw it
    tick(row).value = tick(row).value.replace(/\d*$/, revision);
    const group = document.querySelector(`[data-group="${row.parentElement.id.slice(1)}"]`);
    if (group) group.value = group.value.replace(/^\d+/, (changes) => Number(changes) + more);
    const given = form.elements.justification.value.trim(), must = form.elements.obligation.value === "must";
    const flag = flags?.querySelector(given ? "[data-given]" : must ? "[data-lacks]" : "none")?.firstElementChild.cloneNode(true);
    if (flag?.matches("a")) flag.href = "#m" + form.id.slice(1);
    row.querySelector("[data-why]").replaceChildren(...(flag ? [flag] : []));
  });
  document.addEventListener("htmx:afterSettle", () => {
    const counts = document.querySelector("[data-counts]");
    if (!counts) return;
    for (const [key, [meets, costs]] of Object.entries(JSON.parse(counts.dataset.counts))) {
      const row = document.getElementById("r" + key);
      if (!row) continue;
      row.querySelector("[data-meets]").textContent = meets;
      row.querySelector("[data-costs]").textContent = costs;
    }
    const foot = document.querySelector("[data-foot]");
    if (foot) foot.textContent = counts.dataset.line;
  });
  // What is not a should has no weight; a row that the server refuses is opened, so that its reason is read.
  on("change", "[name=obligation][form]", (choice) => {
    if (choice.value !== "should") choice.form.elements.weight.value = "";
  });
  on("refused", "form[data-autosave]", (form) => {
    const row = document.getElementById("r" + form.id.slice(1));
    if (row) set(row, true);
  });

  window.portal.dense = { set, isOpen, rowOf }; // for rows.js

  // Keys. The same control of the next row gets the focus, so that a column is worked downwards.
  const onSwitch = document.querySelector("[data-keys]");
  const controls = (row) =>
    [...row.querySelectorAll("a[href], button, select, input:not([type=radio], [type=hidden]), input[type=radio]:checked, fieldset:not(:has(:checked)) label:first-of-type input[type=radio]")];
  const kind = (node) => node.closest("td, th")?.className || node.tagName;
  const go = (row, step) => {
    const all = rows(row.closest("table")), next = all[all.indexOf(row) + step];
    if (!next) return;
    const want = kind(document.activeElement);
    const target = controls(next).find((node) => kind(node) === want) || opener(next);
    target?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (onSwitch && !onSwitch.checked)) return;
    const at = document.activeElement, row = rowOf(at), opened = at.closest?.(".dense__more");
    if (opened && event.key === "Escape") return opener(opened.previousElementSibling)?.focus();
    if (!row || at.matches("textarea, select, input:not([type=checkbox], [type=radio])")) return;
    const key = event.key, arrows = !at.matches("[type=radio]"); // a radio has its own
    if (key === "j" || (arrows && key === "ArrowDown")) go(row, 1);
    else if (key === "k" || (arrows && key === "ArrowUp")) go(row, -1);
    else if (key === "o") { set(row, !isOpen(row)); }
    else if (/^[1-9]$/.test(key)) {
      const choice = row.querySelectorAll(".quad input[type=radio]")[key - 1];
      const method = choice ? null : row.querySelectorAll(".ticks input")[key - 6];
      method?.click();
      if (!choice) return method && event.preventDefault();
      if (choice.checked) return event.preventDefault(); // it says so already
      choice.checked = true;
      for (const type of ["input", "change"]) choice.dispatchEvent(new Event(type, { bubbles: true }));
      const wants = choice.form?.dataset.wantsWords?.split(" ").includes(choice.value) || choice.closest("[data-alone]");
      if (wants) set(row, true).then(() => { // what is typed next are its words, no keys
        const words = more(row)?.querySelector("textarea");
        if (words && !words.value.trim()) words.focus();
      });
    }
    else if (key === "x" || key === "X") {
      const box = tick(row);
      if (!box) return;
      box.checked = key === "X" ? true : !box.checked;
      if (key === "X" && last) range(row.closest("table"), last, row, true);
      last = row;
      count(box.form);
    } else if (key === "/") document.querySelector("[data-find]")?.focus();
    else if (key === "?") { const help = document.querySelector("details.keys"); if (help) { help.open = true; help.querySelector("summary").focus(); } }
    else return;
    event.preventDefault();
  });
})();
