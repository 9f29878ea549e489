// Chooses the columns and the largest type with which all teams fit. If none does, it turns pages every ten seconds.
"use strict";
(() => {
  const TURN_EVERY = 10000, NOTICES_EVERY = 5000;
  // Widths in the tile's own letters: shape, gaps, padding and the number of steps. Letters are at least so large.
  const BESIDE = 3.7, STEPS = 1.35, TALL = 1.75, LARGEST = 150, SMALLEST = 20, READABLE = 13;
  const list = document.getElementById("tiles");
  const ruler = document.createElement("canvas").getContext("2d");
  const upright = matchMedia("(max-aspect-ratio: 1/1)");
  let page = 0;

  const unit = () => Math.min(innerWidth / 1920, innerHeight / 1080);
  const wide = (text) => { ruler.font = `650 100px ${getComputedStyle(document.body).fontFamily}`; return ruler.measureText(text).width / 100; };

  // Type for so many columns and rows; a few long names are set smaller instead of all others.
  function type(columns, rows, names, width, height, gap) {
    const tall = (height - gap * (rows - 1)) / rows, broad = (width - gap * (columns - 1)) / columns;
    const usual = names[Math.floor((names.length - 1) * .9)];
    return { columns, rows, tall, broad, size: Math.min(tall / TALL, broad / (usual + BESIDE), broad / (names.at(-1) * .62 + BESIDE), LARGEST * unit()) };
  }

  function show() {
    const tiles = [...list.children];
    for (const each of tiles) { each.hidden = false; }
    const pages = document.getElementById("pages");
    if (!tiles.length || upright.matches) { pages.textContent = ""; for (const each of tiles) { each.style.removeProperty("--name"); } list.removeAttribute("style"); return; }
    const width = list.clientWidth, height = document.querySelector("main").clientHeight;
    const gap = (tiles.length > 60 ? 8 : 12) * unit(), least = Math.max(READABLE, SMALLEST * unit());
    const own = new Map(tiles.map((each) => [each, wide(each.querySelector("b").textContent)]));
    const names = [...own.values()].sort((a, b) => a - b);
    let most = tiles.length, best;
    for (; most >= 1; most -= 1) {
      const all = Array.from({ length: Math.min(12, most) }, (_, place) => type(place + 1, Math.ceil(most / (place + 1)), names, width, height, gap));
      best = all.reduce((a, b) => (b.size > a.size ? b : a));
      if (best.size >= least || most === 1) { break; }
    }
    list.style.setProperty("--gap", `${gap}px`);
    list.style.setProperty("--columns", best.columns);
    list.style.setProperty("--row", `${Math.min(best.tall, best.size * 4.2)}px`);
    list.style.setProperty("--type", `${best.size}px`);
    for (const [each, em] of own) { each.style.setProperty("--name", `${Math.min(1, Math.max(.5, (best.broad / best.size - BESIDE + (each.querySelector(".steps") ? 0 : STEPS)) / em))}em`); }
    const turns = Math.ceil(tiles.length / most);
    page %= turns;
    tiles.forEach((each, place) => { each.hidden = Math.floor(place / most) !== page; });
    pages.textContent = turns > 1 ? `${page + 1} / ${turns}` : "";
  }

  // Notices are no part of the journal, which the stream follows.
  async function notices() {
    try {
      const answer = await fetch(document.body.dataset.notices, { cache: "no-store" });
      const made = document.createElement("template");
      made.innerHTML = answer.ok ? await answer.text() : "";
      const old = document.getElementById("hall-notices"), found = made.content.firstElementChild;
      if (found && old && found.outerHTML !== old.outerHTML) { old.replaceWith(found); }
    } catch { /* The line at the foot says that the connection is lost. */ }
  }

  document.addEventListener("parts", show);
  addEventListener("resize", show);
  // A notice or a second line at the foot leaves the teams less height.
  new ResizeObserver(show).observe(document.querySelector("main"));
  document.fonts?.ready.then(show);
  setInterval(() => { page += 1; show(); }, TURN_EVERY);
  setInterval(notices, NOTICES_EVERY);
  show();
})();
