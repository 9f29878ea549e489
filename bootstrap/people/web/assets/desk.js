// The staff's desk: waiting times, tabs, search, copying commands, and buttons that need no new page.
"use strict";
{
  const data = document.body.dataset;
  const told = document.getElementById("told");
  const search = document.getElementById("search");
  // The server's clock, which a rehearsal turns: this machine's may be another.
  const ahead = Number(data.now || Date.now() / 1000) - Date.now() / 1000;

  // clock.js writes the times; here a hand becomes late while the page is open.
  function tick() {
    const now = Date.now() / 1000 + ahead;
    for (const hand of document.querySelectorAll("li.raised")) {
      const late = now - Number(hand.querySelector("time").dataset.since) >= Number(data.late) && !hand.dataset.taken;
      hand.classList.toggle("is-late", late);
      hand.querySelector(".late-mark").hidden = !late;
    }
  }

  // Rows stand in the order that the server tells: what needs attention first.
  function arrange() {
    const bodies = ["first", "well", "spares"].map((id) => document.getElementById(id));
    (data.order || "").split("|").forEach((ids, place) => {
      const wanted = ids.split(" ").map((id) => id && document.getElementById(id)).filter(Boolean);
      const body = bodies[place];
      if (!body || wanted.every((row, at) => body.children[at] === row) && body.children.length === wanted.length) { return; }
      const focused = document.activeElement;
      for (const row of wanted) { body.append(row); }
      if (focused && focused !== document.activeElement) { focused.focus({ preventScroll: true }); }
    });
  }

  function mark() {
    for (const each of document.querySelectorAll("li.raised")) { each.classList.toggle("mine", each.dataset.taken === data.person); }
    filter();
  }

  function filter() {
    const wanted = (search?.value || "").trim().toLocaleLowerCase();
    for (const each of document.querySelectorAll("tr.team, #queue > .queue > li")) {
      each.classList.toggle("off", Boolean(wanted) && !each.textContent.toLocaleLowerCase().includes(wanted));
    }
    if (wanted) { document.getElementById("all")?.toggleAttribute("data-searching", true); }
  }

  function refresh() { arrange(); mark(); tick(); }

  async function send(button) {
    const form = document.getElementById("act");
    const body = new URLSearchParams(new FormData(form));
    if (button.name) { body.append(button.name, button.value); }
    button.disabled = true;
    told.hidden = true;
    try {
      const answer = await fetch(button.formAction, { method: "POST", body, headers: { "X-Wants": "parts" } });
      if (answer.redirected && new URL(answer.url).pathname === "/staff") { location.reload(); return; }
      if (!answer.ok) { say(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-said]")?.textContent || data.unsent); }
    } catch { say(data.unsent); }
    button.disabled = false;
  }

  function say(words) { told.textContent = words; told.hidden = false; told.scrollIntoView({ block: "nearest" }); }

  document.addEventListener("click", async (event) => {
    const tab = event.target.closest(".tabs button");
    const copy = event.target.closest("[data-copy]");
    const act = event.target.closest("main button[form='act']");
    if (tab) {
      data.tab = tab.dataset.tab;
      for (const each of tab.parentElement.children) { each.setAttribute("aria-pressed", String(each === tab)); }
    } else if (copy) {
      await navigator.clipboard?.writeText(copy.dataset.copy);
      copy.firstElementChild.textContent = data.copied;
      copy.classList.replace("copy", "done");
      setTimeout(() => { copy.classList.replace("done", "copy"); }, 1500);
    } else if (act && told) { event.preventDefault(); send(act); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && search && !event.target.closest("input, textarea, select")) { event.preventDefault(); search.focus(); search.select(); }
    if (event.target !== search) { return; }
    if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
    if (event.key === "Enter") {
      const wanted = search.value.trim().toLocaleLowerCase();
      const rows = [...document.querySelectorAll("tr.team:not(.off)")];
      const found = rows.find((row) => row.dataset.team.toLocaleLowerCase() === wanted) || rows.find((row) => row.dataset.team.toLocaleLowerCase().includes(wanted)) || rows[0];
      if (wanted && found) { found.querySelector("th a")?.click(); }
    }
  });
  search?.addEventListener("input", () => { document.body.classList.toggle("searching", Boolean(search.value.trim())); filter(); });
  document.addEventListener("parts", refresh);
  setInterval(tick, 1000);
  refresh();
}
