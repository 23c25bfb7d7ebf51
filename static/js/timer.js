// Clocks that run: `data-timer="<seconds worked before>"` with `data-since="<moment>"`. Without scripts the page shows
// hours and minutes as of when it was drawn.
const two = (number) => String(number).padStart(2, "0");

function show(timer) {
  const running = Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 1000));
  const total = Number(timer.dataset.timer) + running;
  timer.textContent = `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

const tick = () => document.querySelectorAll("[data-timer][data-since]").forEach(show);
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
