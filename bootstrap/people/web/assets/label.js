// Keys: a number chooses a class, u undoes the last answer.
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

// After the browser's back button, the form can be sent again.
addEventListener("pageshow", () => { sent = false; });

const picture = document.querySelector("img"), warning = document.getElementById("no-picture");
if (picture && warning) {
  const missing = () => { warning.hidden = false; };
  picture.addEventListener("error", missing);
  if (picture.complete && !picture.naturalWidth) { missing(); }
}
