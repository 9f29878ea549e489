// Says when the server cannot be reached, keeps what was typed into forms, and sends no form into the void.
// Element #offline, hidden: what is shown then. Element #connection: its data-online and data-offline are its texts.
"use strict";
(() => {
  const notice = document.getElementById("offline");
  const line = document.getElementById("connection");
  const KEEP = "typed:", FRESH = 15000;
  let reached = true, heard = Date.now();

  const show = (yes) => {
    if (yes) { heard = Date.now(); }
    if (yes === reached && line?.textContent) { return; }
    reached = yes;
    if (notice) { notice.hidden = yes; }
    if (line) {
      const at = new Date(heard).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      line.textContent = yes ? line.dataset.online : `${line.dataset.offline} ${at}`;
      line.classList.toggle("waiting", !yes);
    }
  };

  // An answer of this server, not of a captive network's sign-in page: that has none of our headers.
  const ours = (answer) => answer.ok && !answer.redirected && answer.headers.get("x-content-type-options") === "nosniff";
  const reach = async () => {
    const ending = new AbortController(), timer = setTimeout(() => ending.abort(), 8000);
    try {
      return ours(await fetch("/assets/clock.js", { method: "HEAD", cache: "no-store", signal: ending.signal }));
    } catch { return false; } finally { clearTimeout(timer); }
  };
  const look = async () => { const yes = navigator.onLine !== false && await reach(); show(yes); return yes; };

  // Other scripts of the page, which ask the server anyway, tell what came of it.
  document.addEventListener("reached", () => show(true));
  document.addEventListener("lost", () => { look(); });
  addEventListener("online", look);
  addEventListener("offline", () => show(false));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); } });
  // Only while it is lost, and then with a different pause on each phone.
  const again = () => setTimeout(async () => { if (!reached && !document.hidden) { await look(); } again(); }, 4000 + 3000 * Math.random());
  again();

  // What is typed stays on this phone until the form was answered; secrets never: data-keep names the fields.
  const kept = (field) => `${KEEP}${location.pathname}:${field.name}`;
  const store = (() => { try { return sessionStorage; } catch { return null; } })();
  const restore = () => {
    for (const field of store ? document.querySelectorAll("[data-keep]") : []) {
      const before = store.getItem(kept(field));
      if (before && !field.value) { field.value = before; }
    }
  };
  document.addEventListener("input", ({ target }) => { if (target.matches("[data-keep]")) { store?.setItem(kept(target), target.value); } });
  restore();
  // A field that is no longer on its page was taken.
  const there = [...document.querySelectorAll("[data-keep]")].map(kept);
  for (const key of store ? Object.keys(store) : []) {
    if (key.startsWith(`${KEEP}${location.pathname}:`) && !there.includes(key)) { store.removeItem(key); }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.sure || !form.requestSubmit) { return; }
    // Heard of the server just now, or a new tab, which must open at once or the browser blocks it: not asked before.
    if (reached && navigator.onLine !== false && (form.target === "_blank" || Date.now() - heard < FRESH)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.sending) { return; }
    form.dataset.sending = "1";
    const yes = await look();
    delete form.dataset.sending;
    if (!yes) { notice?.scrollIntoView({ block: "nearest" }); return; }
    form.dataset.sure = "1";
    if (button) { form.requestSubmit(button); } else { form.requestSubmit(); }
    setTimeout(() => { delete form.dataset.sure; }, 1000);
  }, true);
  show(navigator.onLine !== false);
})();
