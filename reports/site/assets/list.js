// Filters and search of the list of statements. What is chosen stands in the address, so that it can be sent and gone back to.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll("ol.statements > li")];
  const found = document.getElementById("found");
  const none = document.getElementById("none");
  const list = document.querySelector("ol.statements");
  const FACETS = ["truth", "strength", "grade", "fault", "section", "method", "unexpected", "changed"];

  // Letters of formulas are found by the plain ones.
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const entries = rows.map((row, place) => {
    const id = plain(row.querySelector("a").dataset.id);
    const title = plain(row.querySelector(".title").textContent);
    const rest = plain(`${row.dataset.text ?? ""} ${row.querySelector(":scope > .small").textContent}`);
    return { row, place, id, title, all: `${id} ${title} ${rest}` };
  });

  const weight = (entry, words) => {
    if (words.some((word) => !entry.all.includes(word))) return 0;
    if (words.length === 1 && entry.id === words[0]) return 4;
    if (words.every((word) => entry.id.includes(word))) return 3;
    return words.every((word) => entry.title.includes(word) || entry.id.includes(word)) ? 2 : 1;
  };

  const fits = (row, name, value) => !value || (row.dataset[name] ?? "").split(name === "method" ? " " : "\n").includes(value);

  const chosen = () => {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value.trim()) values.set(name, value.trim());
    }
    return values;
  };

  const show = () => {
    const values = chosen();
    const words = plain(values.get("q") ?? "").split(/\s+/).filter(Boolean);
    const shown = entries
      .map((entry) => ({ ...entry, weight: weight(entry, words) }))
      .filter((entry) => entry.weight && FACETS.every((name) => fits(entry.row, name, values.get(name))))
      .sort((one, other) => other.weight - one.weight || one.place - other.place);
    for (const row of rows) row.hidden = true;
    for (const { row } of shown) row.hidden = false;
    list.append(...shown.map(({ row }) => row));
    found.textContent = `${shown.length} of ${rows.length} statements`;
    none.hidden = shown.length > 0;
  };

  const address = () => {
    const words = chosen().toString();
    return words ? `?${words}` : location.pathname;
  };

  const read = () => {
    const values = new URLSearchParams(location.search);
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = values.get(field.name) === field.value;
      else if (field.name) field.value = values.get(field.name) ?? "";
      if (field.tagName === "SELECT" && field.selectedIndex < 0) field.selectedIndex = 0;
    }
    show();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", address());
  });
  form.addEventListener("input", (event) => {
    show();
    // A choice is a step to go back from, a letter is not.
    const step = event.target.type === "search" ? "replaceState" : "pushState";
    history[step](null, "", address());
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      show();
      history.pushState(null, "", address());
    });
  });
  addEventListener("popstate", read);
  addEventListener("pageshow", read); // after the browser has put back what the form held when the page was left
  read();
})();
