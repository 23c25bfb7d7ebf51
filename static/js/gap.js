// After a gap nobody says what happened meanwhile: what the rows of the desk's list say is compared with what they said.
// Each difference is the event `missed` of <body>, with {reference, change}.
let before;

const told = () => {
  const rows = [...document.querySelectorAll("#booking-list tr[id]")];
  return new Map(rows.map((row) => [row.id.replace("booking-", ""), [...row.cells].slice(1).map((cell) => cell.textContent).join()]));
};

document.body.addEventListener("live-catch-up", () => (before = told()));
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!before || target.id !== "booking-list") return;
  const known = before;
  before = undefined;
  for (const [reference, words] of told()) {
    const change = known.has(reference) ? "edited" : "created";
    if (known.get(reference) !== words) document.body.dispatchEvent(new CustomEvent("missed", { detail: { reference, change } }));
  }
});
