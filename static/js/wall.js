// The wall's clocks: how long a job has been worked on (`data-since`), and what time it is (`data-clock` names the zone).
function elapsed(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60_000));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function tick() {
  for (const time of document.querySelectorAll("[data-since]")) time.textContent = elapsed(time.dataset.since);
  for (const time of document.querySelectorAll("[data-clock]")) {
    const shown = { timeZone: time.dataset.clock, hour: "2-digit", minute: "2-digit" };
    time.textContent = new Date().toLocaleTimeString(time.dataset.locale, shown);
  }
}

tick();
setInterval(tick, 5000);
document.addEventListener("htmx:afterSettle", tick);
