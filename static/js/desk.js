// The desk's list keeps its place when it is drawn again, and says so when a row changed its counts.
let place = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "booking-list") place = document.getElementById("booking-scroll")?.scrollTop ?? 0;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "booking-list") return;
  const list = document.getElementById("booking-scroll");
  if (list) list.scrollTop = place;
});

// On a phone the form is a sheet that stands while the address ends in #new. A form drawn again is a new element, which
// the address has to find again; after booking it does not, and the list comes back with the new row.
document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.target;
  if (form.id === "new" && location.hash === "#new" && !("done" in form.dataset)) location.replace("#new");
});

// Links into the form put the caret where typing starts.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-focus]");
  if (link) setTimeout(() => document.querySelector(link.dataset.focus)?.focus());
});
