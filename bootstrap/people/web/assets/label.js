// A vote is sent without a new page; it stays on the device until the server has saved it.
// Keys: a number chooses a class, u undoes the last answer.
"use strict";

const votes = document.querySelector("form.classes"), kept = document.getElementById("kept");
const picture = document.getElementById("picture"), warning = document.getElementById("no-picture");
const undo = document.querySelector("form[action*='/undo']"), here = `label ${location.pathname}`;
const LONGEST_WAIT = 30000, TRIES_OF_PICTURE = 4;
let busy = false, timer = 0, failed = 0;

const held = () => { try { return JSON.parse(localStorage.getItem(here)); } catch { return null; } };
const keep = (vote) => {
  try {
    if (vote) { localStorage.setItem(here, JSON.stringify(vote)); } else { localStorage.removeItem(here); }
  } catch { /* A private window keeps nothing: the answer is sent again while the page is open. */ }
};

const show = (how, more = "") => {
  kept.className = `kept ${how}`;
  kept.querySelector(".said").textContent = [kept.dataset[how], more].filter(Boolean).join(" ");
  kept.querySelector("button").hidden = how !== "unsaved";
};

const load = (source) => {
  busy = true;
  picture.classList.add("loading");
  picture.src = source;
};

const next = (seat) => {
  votes.querySelector("[name=picture]").value = seat.picture;
  document.getElementById("which").textContent = picture.alt = seat.which;
  document.getElementById("progress").textContent = seat.progress;
  document.querySelector("progress").value = seat.percent;
  undo.hidden = !seat.undone;
  undo.querySelector("button").textContent = seat.undone;
  failed = 0;
  load(seat.source);
};

// `vote`: picture and label; null for an undo. Sent again until the server has answered.
const send = async (form, vote, tries = 0) => {
  clearTimeout(timer);
  busy = true;
  if (vote) { keep(vote); }
  show("saving");
  const body = new URLSearchParams({ ...vote, form: form.querySelector("[name=form]").value });
  let answer = null, said = null;
  try {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined;
    answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" }, signal });
    said = await answer.json();
  } catch { /* No network, or a page that is no answer to a vote. */ }
  if (said && said.seat) { keep(null); next(said.seat); show("saved"); return; }
  if (said && said.open) { keep(null); location.assign(said.open); return; }
  // The code is asked for again. The answer stays here, and is sent when the person comes back.
  if (answer && answer.redirected) { location.assign(answer.url); return; }
  if (answer && answer.status === 403) { keep(vote && !vote.again ? { ...vote, again: "1" } : null); location.reload(); return; }
  show("unsaved", said ? said.code : "");
  const again = () => send(form, vote, tries + 1);
  kept.querySelector("button").onclick = again;
  timer = setTimeout(again, Math.min(LONGEST_WAIT, 2000 * 2 ** tries) * (0.75 + Math.random() / 2));
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || busy) { return; }
  if (event.target instanceof HTMLInputElement) { return; }
  const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key.toLowerCase());
  if (found && !found.closest("[hidden]")) { event.preventDefault(); found.click(); }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "leave") { keep(null); }
  if (busy) { event.preventDefault(); return; }
  busy = true;
  if (!kept || (form !== votes && form !== undo)) { return; }
  event.preventDefault();
  const vote = form === votes ? { picture: votes.querySelector("[name=picture]").value, label: event.submitter.value } : null;
  send(form, vote);
});

// After the browser's back button, the form can be sent again.
addEventListener("pageshow", (event) => { if (event.persisted) { busy = false; } });
addEventListener("online", () => { if (kept && kept.classList.contains("unsaved")) { kept.querySelector("button").click(); } });

if (picture && kept) {
  const loaded = () => { busy = kept.matches(".saving, .unsaved"); picture.classList.remove("loading"); warning.hidden = true; };
  const missing = () => {
    failed += 1;
    if (failed < TRIES_OF_PICTURE) { setTimeout(() => load(picture.src), 500 * 2 ** failed); return; }
    busy = false;
    warning.hidden = false;
  };
  picture.addEventListener("load", loaded);
  picture.addEventListener("error", missing);
  if (picture.complete && !picture.naturalWidth) { missing(); }
  const before = held();
  if (before) { send(votes, before); }
}

// A page that waits for others, or for the server, looks again.
const again = Number(document.body.dataset.again || 0);
if (again) {
  setInterval(() => { if (!document.hidden) { location.reload(); } }, again * 1000 * (0.75 + Math.random() / 2));
}
