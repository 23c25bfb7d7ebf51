// Enter opens the selected booking when nothing else has the focus; the queue keeps its place when it is drawn again.
let place = 0;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
  if (event.target !== document.body && !event.target.matches(".mail a[aria-current]")) return;
  const link = document.querySelector("#inbox [data-open]");
  if (!link) return;
  event.preventDefault();
  link.click();
});

document.addEventListener("htmx:beforeSwap", () => {
  place = document.getElementById("queue-scroll")?.scrollTop ?? 0;
});

document.addEventListener("htmx:afterSettle", () => {
  const queue = document.getElementById("queue-scroll");
  if (!queue) return;
  queue.scrollTop = place;
  queue.querySelector("a[aria-current]")?.scrollIntoView({ block: "nearest" });
});
