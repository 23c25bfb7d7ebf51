// The wall's clocks: how long a job has been worked on (`data-worked` seconds, and on since `data-since`), and what time
// it is (`data-clock` names the zone).
function elapsed({ worked, since }) {
  const minutes = Math.floor(worked / 60 + Math.max(0, Date.now() - new Date(since)) / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function tick() {
  for (const timer of document.querySelectorAll("[data-since]")) timer.textContent = elapsed(timer.dataset);
  for (const time of document.querySelectorAll("[data-clock]")) {
    const shown = { timeZone: time.dataset.clock, hour: "2-digit", minute: "2-digit" };
    time.textContent = new Date().toLocaleTimeString(time.dataset.locale, shown);
  }
}

tick();
setInterval(tick, 5000);
document.addEventListener("htmx:afterSettle", tick);
