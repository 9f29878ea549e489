// Counts each <time data-until="EPOCH SECONDS"> down: 3:12:40, and 0:00:00 when it is over, always with hours, so that
// nobody takes it for the time of day. data-since counts up: 2:15.
// The server's time is in <body data-now>: a phone's clock may be wrong by hours.
"use strict";
(() => {
  const skew = Number(document.body.dataset.now) ? Number(document.body.dataset.now) * 1000 - Date.now() : 0;
  const two = (number) => String(number).padStart(2, "0");
  const shown = (seconds, always) => {
    const whole = Math.max(0, Math.floor(seconds)), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    if (hours >= 48) { return ""; }
    return hours || always ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };
  const tick = () => {
    const now = (Date.now() + skew) / 1000;
    for (const each of document.querySelectorAll("time[data-until], time[data-since]")) {
      const { until, since } = each.dataset;
      const text = until ? shown(until - now, true) : shown(now - since);
      if (text && each.textContent !== text) { each.textContent = text; }
      // What follows the countdown may change: the page's own text for the time after it.
      if (until && until <= now) { each.closest("[data-over]")?.classList.add("over"); }
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("parts", tick);
  tick();
})();
