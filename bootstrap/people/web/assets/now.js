// Keeps parts of a team's page up to date: asks every ten seconds or so, and replaces the elements that changed, by id.
// <script src="/assets/now.js" data-from="address of the parts" defer>. A part in which somebody types stays.
"use strict";
(() => {
  const from = document.currentScript.dataset.from;
  const EVERY = 10000, SOON = 3000, JITTER = 3000, LONGEST = 60000, PATIENCE = 8000;
  const shown = new Map(), waiting = new Map();
  let tag = "", failures = 0, timer = null, asking = false;

  const busy = (element) => {
    const active = document.activeElement;
    if (element.contains(active) && active.matches("input, textarea, select, summary, button")) { return true; }
    return [...element.querySelectorAll("textarea")].some((each) => each.value !== "");
  };

  function put(id, html) {
    const old = document.getElementById(id);
    const template = document.createElement("template");
    template.innerHTML = html;
    const made = template.content.firstElementChild;
    if (!old || !made) { return; }
    if (busy(old)) { waiting.set(id, html); return; }
    waiting.delete(id);
    const open = new Set([...old.querySelectorAll("details[open]")].map((each) => each.dataset.key));
    old.replaceWith(made);
    for (const each of made.querySelectorAll("details")) { each.open = open.has(each.dataset.key); }
  }

  function take(parts) {
    for (const [id, html] of Object.entries(parts)) {
      if (shown.get(id) !== html) { shown.set(id, html); put(id, html); }
    }
    document.dispatchEvent(new Event("parts"));
  }

  // An answer of this server: a captive network's sign-in page has none of our headers.
  const ours = (answer) => answer.headers.get("x-content-type-options") === "nosniff";

  async function ask() {
    if (asking || document.hidden) { return; }
    asking = true;
    const ending = new AbortController(), late = setTimeout(() => ending.abort(), PATIENCE);
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(from, { headers, cache: "no-store", redirect: "manual", signal: ending.signal });
      if (ours(answer) && answer.status === 401) { location.reload(); return; }
      if (!ours(answer) || (!answer.ok && answer.status !== 304)) { throw new Error("no answer of ours"); }
      if (answer.status === 200) { tag = answer.headers.get("etag") || ""; take((await answer.json()).parts); }
      for (const [id, html] of [...waiting]) { put(id, html); }
      failures = 0;
      document.dispatchEvent(new Event("reached"));
    } catch {
      failures += 1;
      document.dispatchEvent(new Event("lost"));
    } finally {
      clearTimeout(late);
      asking = false;
    }
  }

  function next() {
    clearTimeout(timer);
    // An answer is about to come: the element that waits for it says so.
    const every = document.querySelector("[data-soon]") ? SOON : EVERY;
    const pause = Math.min(LONGEST, every * 2 ** Math.min(failures, 3)) + Math.min(JITTER, every / 2) * (Math.random() - .5);
    timer = setTimeout(async () => { await ask(); next(); }, pause);
  }

  document.addEventListener("visibilitychange", async () => { if (!document.hidden) { await ask(); next(); } });
  addEventListener("online", async () => { await ask(); next(); });
  // Soon after the page was opened, at a different moment on each phone: its answer may just be coming.
  timer = setTimeout(async () => { await ask(); next(); }, 1500 + 2000 * Math.random());
})();
