// Keeps a page up to date: the server sends the elements that changed, each by its id.
"use strict";

const SAY_AT_MOST_EVERY = 20000;
const body = document.body;
const words = body.dataset;
let since = words.since;
let source = null;
let heard = new Date();
let toSay = null;
let saidAt = 0;

function put(id, html) {
  if (id === "title") { document.title = html; return; }
  if (id === "said") { toSay = html; say(); return; }
  if (id.startsWith("data-")) { words[id.slice(5)] = html; return; }
  const old = document.getElementById(id);
  const template = document.createElement("template");
  template.innerHTML = html;
  const made = template.content.firstElementChild;
  // An unknown element: the list of teams has changed. Load the whole page again.
  if (!old || !made) { location.reload(); return; }
  const open = new Set([...old.querySelectorAll("details[open]")].map((each) => each.dataset.key));
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(made);
  for (const each of made.querySelectorAll("details")) { each.open = open.has(each.dataset.key); }
  if (focused) { (alike(made, focused) || made.querySelector("summary"))?.focus({ preventScroll: true }); }
}

// The button or link of the new element that leads where the focused one led.
function alike(made, focused) {
  const leads = (each) => each.getAttribute("formaction") || each.getAttribute("href");
  const where = leads(focused);
  return where && [...made.querySelectorAll("[formaction], [href]")].find((each) => leads(each) === where);
}

// Screen readers announce a summary at most every 20 seconds, not each change.
function say() {
  const wait = saidAt + SAY_AT_MOST_EVERY - Date.now();
  if (wait > 0) { setTimeout(say, wait + 50); return; }
  const place = document.getElementById("said");
  if (toSay && place && place.textContent !== toSay) { place.textContent = toSay; saidAt = Date.now(); }
  toSay = null;
}

function take(event) {
  since = event.lastEventId || since;
  const data = JSON.parse(event.data);
  if (data.reload) { location.reload(); return; }
  for (const [id, html] of Object.entries(data.parts)) { put(id, html); }
  age();
  document.dispatchEvent(new Event("parts"));
}

function connected(yes) {
  if (yes) { heard = new Date(); }
  const place = document.getElementById("connection");
  place.textContent = yes ? words.live : `${words.lost} ${heard.toLocaleTimeString()}`;
  place.className = yes ? "state ready" : "state failed";
}

function open() {
  if (source) { return; }
  source = new EventSource(`${words.changes}&since=${encodeURIComponent(since)}`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("change", take);
  source.addEventListener("error", () => {
    connected(false);
    // After an answer that is no event stream, browsers do not reconnect by themselves.
    if (source && source.readyState === EventSource.CLOSED) { close(); setTimeout(again, 5000); }
  });
}

// Somebody who was signed out gets the page that asks for a code.
async function again() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return; }
  } catch { /* The server is not there; the next try tells. */ }
  open();
}

function close() {
  source?.close();
  source = null;
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });

function age() {
  for (const each of document.querySelectorAll("time[datetime]")) {
    const seconds = (Date.now() - Date.parse(each.dateTime)) / 1000;
    const unit = UNITS.find(([, size]) => seconds >= size);
    each.dataset.ago = unit ? relative.format(-Math.floor(seconds / unit[1]), unit[0]) : "";
  }
}

// Browsers limit the connections to one server: hidden tabs close theirs.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
setInterval(age, 30000);
age();
if (!document.hidden) { open(); }
