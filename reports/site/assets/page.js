// What every page does: the button for dark and light, formulas that are too wide, folded parts that open for paper.
"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const name = () => {
    button.textContent = isDark() ? "Light" : "Dark";
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // It holds for this page.
    }
    name();
  });
  system.addEventListener("change", name);
  name();

  // A formula that is wider than its column can be moved, by keys too; a browser does not break it.
  const end = (math) => Math.max(...[math, ...math.querySelectorAll("mo, mi, mn, mtext")].map((part) => part.getBoundingClientRect().right));
  const wide = (part) => {
    for (const math of part.querySelectorAll("math:not(.wide-formula > math)")) {
      const column = math.parentElement.closest("div, dd, td, li, p, section, main").getBoundingClientRect();
      if (!column.width || end(math) <= column.right + 1 || math.closest(".scroll")) continue;
      const box = document.createElement("span");
      box.className = "wide-formula";
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "formula");
      math.replaceWith(box);
      box.append(math);
    }
  };
  const main = document.querySelector("main");
  wide(main);
  main.addEventListener("toggle", (event) => event.target.open && wide(event.target), true);

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });
})();
