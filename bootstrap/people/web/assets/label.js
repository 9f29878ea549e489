// A class by its number, and u to take the last answer back.
"use strict";

let sent = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || sent) { return; }
  if (event.target instanceof HTMLInputElement) { return; }
  const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key.toLowerCase());
  if (found) { event.preventDefault(); found.click(); }
});

document.addEventListener("submit", (event) => {
  if (sent) { event.preventDefault(); }
  sent = true;
});

// A page that the browser's back button brings may be used again.
addEventListener("pageshow", () => { sent = false; });

const picture = document.querySelector("img");
if (picture) {
  const missing = () => { document.getElementById("no-picture").hidden = false; };
  picture.addEventListener("error", missing);
  if (picture.complete && !picture.naturalWidth) { missing(); }
}
