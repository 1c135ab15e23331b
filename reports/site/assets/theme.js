// Dark or light, before anything is drawn: what was chosen last, else what the system says.
"use strict";
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // A page opened as a file may have no storage; then the system decides.
  }
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  }
})();
