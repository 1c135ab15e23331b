// A statement in short beside a link to it, on hover and on focus. Escape closes it; it stays while one points at it.
"use strict";
(() => {
  const DELAY = 250; // milliseconds: longer than the mouse takes to cross a link
  const base = document.body.dataset.root;
  let card = null;
  let owner = null;
  let timer = 0;

  const loaded = () =>
    new Promise((resolve) => {
      if (window.previews) return resolve(window.previews);
      const script = document.createElement("script");
      script.src = `${base}previews.js`;
      script.addEventListener("load", () => resolve(window.previews));
      document.head.append(script);
    });

  const close = () => {
    clearTimeout(timer);
    card?.remove();
    owner?.removeAttribute("aria-describedby");
    card = owner = null;
  };

  const part = (tag, kind, text) => {
    const made = document.createElement(tag);
    made.className = kind;
    made.textContent = text;
    return made;
  };

  const place = (link) => {
    const at = link.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, wide - card.offsetWidth - 8));
    const under = at.bottom + card.offsetHeight + 8 < innerHeight || at.top < card.offsetHeight + 8;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(under ? at.bottom + 4 : at.top - card.offsetHeight - 4) + scrollY}px`;
  };

  const open = async (link) => {
    const found = (await loaded())[link.dataset.id];
    if (!found || owner !== link) return;
    card = part("div", `card ${found.kind.split("-")[0]}`, "");
    card.id = "card";
    card.setAttribute("role", "tooltip");
    card.append(part("strong", "", found.title), part("p", "small", `${found.verdict}${found.grade ? `: ${found.grade}` : ""}`));
    const words = part("div", "", "");
    words.innerHTML = found.html; // cleaned when the site was built
    for (const each of words.querySelectorAll("a")) each.replaceWith(...each.childNodes);
    card.append(words);
    card.addEventListener("mouseleave", close);
    document.body.append(card);
    link.setAttribute("aria-describedby", "card");
    place(link);
  };

  const start = (event) => {
    const link = event.target.closest?.("a[data-id]");
    if (!link || link === owner) return;
    close();
    owner = link;
    timer = setTimeout(open, DELAY, link);
  };

  const leave = (event) => {
    if (!owner || event.relatedTarget?.closest?.("#card") || owner.contains(event.relatedTarget)) return;
    if (event.target.closest?.("a[data-id]") === owner) close();
  };

  document.addEventListener("mouseover", start);
  document.addEventListener("focusin", start);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusout", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("pagehide", close);
})();
