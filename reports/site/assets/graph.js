// The whole graph: zoom, moving, filters, and all that one statement rests on. The statement stands in the address.
"use strict";
(() => {
  const region = document.getElementById("graph");
  const svg = region.querySelector("svg");
  if (!svg) return;
  const form = document.getElementById("graph-filters");
  const shown = document.getElementById("shown");
  const points = [...svg.querySelectorAll("a.point")];
  const lines = [...svg.querySelectorAll("path.line")];
  const { width, height } = svg.viewBox.baseVal;
  const whole = { x: 0, y: 0, width, height };
  const MOST = 12; // times as large as the whole
  const NAMES = 2.2; // at which names stand apart
  let view = { ...whole };

  const draw = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    svg.classList.toggle("near", width / view.width >= NAMES);
    svg.classList.toggle("zoomed", view.width < width); // then a finger moves the graph, else the page
  };

  const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

  const zoom = (times, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const wide = clamp(view.width / times, width / MOST, width);
    const share = wide / view.width;
    view = { x: x - (x - view.x) * share, y: y - (y - view.y) * share, width: wide, height: (wide / width) * height };
    move(0, 0);
  };

  const move = (x, y) => {
    view.x = clamp(view.x + x, 0, width - view.width);
    view.y = clamp(view.y + y, 0, height - view.height);
    draw();
  };

  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== region && !region.contains(document.activeElement)) return;
      event.preventDefault();
      const { x, y } = at(event);
      zoom(event.deltaY < 0 ? 1.25 : 0.8, x, y);
    },
    { passive: false },
  );

  let grip = null;
  let dragged = false;
  svg.addEventListener("pointerdown", (event) => {
    grip = at(event);
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (!grip) return;
    const now = at(event);
    if (Math.hypot(now.x - grip.x, now.y - grip.y) * (svg.clientWidth / view.width) > 4) dragged = true;
    if (dragged) move(grip.x - now.x, grip.y - now.y);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      grip = null;
    });
  }
  svg.addEventListener("click", (event) => dragged && event.preventDefault(), true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  const KEYS = {
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: () => zoom(1 / MOST),
    ArrowLeft: () => move(-view.width / 10, 0),
    ArrowRight: () => move(view.width / 10, 0),
    ArrowUp: () => move(0, -view.height / 10),
    ArrowDown: () => move(0, view.height / 10),
  };
  region.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  for (const button of form.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5));
  }

  // A point that the keyboard reaches is brought into view.
  svg.addEventListener("focusin", (event) => {
    const mark = event.target.querySelector?.(".reach");
    if (!mark) return;
    const [x, y] = [mark.cx.baseVal.value, mark.cy.baseVal.value];
    const inside = x > view.x && x < view.x + view.width && y > view.y && y < view.y + view.height;
    if (!inside) move(x - view.x - view.width / 2, y - view.y - view.height / 2);
  });

  const under = (name) => {
    const reached = new Set([name]);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const line of lines) {
        if (reached.has(line.dataset.from)) reached.add(line.dataset.to);
      }
    }
    return reached;
  };

  const fit = (kept) => {
    const marks = kept.map((point) => point.querySelector(".reach"));
    const xs = marks.map((mark) => mark.cx.baseVal.value);
    const ys = marks.map((mark) => mark.cy.baseVal.value);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const share = Math.max((right - left + 120) / width, (bottom - top + 120) / height, 1 / MOST);
    const wide = Math.min(1, share) * width;
    view = { x: (left + right - wide) / 2, y: (top + bottom - (wide / width) * height) / 2, width: wide, height: (wide / width) * height };
    move(0, 0);
  };

  const known = (name) => points.some((point) => point.dataset.id === name);

  const show = () => {
    const { truth, grade, section, focus } = Object.fromEntries(new FormData(form));
    const name = known(focus) ? focus : "";
    const reached = name && under(name);
    const kept = points.filter(
      ({ dataset }) =>
        (!truth || dataset.truth === truth) &&
        (!grade || dataset.grade === grade) &&
        (!section || dataset.section === section) &&
        (!reached || reached.has(dataset.id)),
    );
    const names = new Set(kept.map((point) => point.dataset.id));
    for (const point of points) point.classList.toggle("away", !names.has(point.dataset.id));
    for (const line of lines) line.classList.toggle("away", !(names.has(line.dataset.from) && names.has(line.dataset.to)));
    for (const point of points) point.classList.toggle("chosen", point.dataset.id === name);
    svg.classList.toggle("part", Boolean(name));
    shown.textContent = kept.length === points.length ? "" : `${kept.length} of ${points.length} statements shown`;
    if (name) fit(kept.length ? kept : points);
  };

  const read = () => {
    const name = location.hash.slice(1); // ids have no letter that an address would write otherwise
    form.elements.focus.value = known(name) ? name : "";
    if (!known(name)) view = { ...whole };
    draw();
    show();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.name !== "focus") return show();
    const name = event.target.value.trim();
    if (known(name)) location.hash = name;
    else if (!name && location.hash) location.hash = "";
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      view = { ...whole };
      if (location.hash.length > 1) location.hash = "";
      else read();
    });
  });
  addEventListener("hashchange", read);
  read();
})();
