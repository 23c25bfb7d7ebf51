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

// A new row whose group is not in the list (another desk has just begun it): the whole list comes, with that row.
document.body.addEventListener("htmx:oobErrorNoTarget", ({ detail }) => {
  const row = detail.content.querySelector?.("tr[id^='booking-']");
  if (!row) return;
  const address = `${location.pathname}?new=${row.id.replace("booking-", "")}`;
  window.htmx.ajax("GET", address, { target: "#booking-list", swap: "outerHTML" });
});
