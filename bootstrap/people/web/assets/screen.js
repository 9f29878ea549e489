// Shows as many teams as fit on the screen, and turns the page every ten seconds.
"use strict";

const TURN_EVERY = 10000;
const SIZES = ["huge", "big", "middle", ""];
const list = document.getElementById("tiles");
const room = document.querySelector("main");
let page = 0;

function fitting(tiles) {
  const style = getComputedStyle(list);
  const columns = style.gridTemplateColumns.split(" ").length;
  const gap = parseFloat(style.rowGap) || 0;
  const tallest = Math.max(...tiles.map((each) => each.offsetHeight));
  const height = room.clientHeight - (list.offsetTop - room.offsetTop);
  return columns * Math.max(1, Math.floor((height + gap) / (tallest + gap)));
}

function show() {
  const tiles = [...list.children];
  if (!tiles.length) { return; }
  for (const each of tiles) { each.hidden = false; }
  // Use the largest type with which all teams fit. If none does, use the smallest and more than one page.
  list.className = SIZES.find((size) => { list.className = size; return fitting(tiles) >= tiles.length; }) ?? "";
  const most = fitting(tiles);
  const pages = Math.max(1, Math.ceil(tiles.length / most));
  page %= pages;
  tiles.forEach((each, place) => { each.hidden = Math.floor(place / most) !== page; });
  document.getElementById("pages").textContent = pages > 1 ? `${page + 1} / ${pages}` : "";
}

function tick() {
  document.getElementById("clock").textContent =
    new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

document.addEventListener("parts", show);
window.addEventListener("resize", show);
setInterval(() => { page += 1; show(); }, TURN_EVERY);
setInterval(tick, 1000);
tick();
show();
