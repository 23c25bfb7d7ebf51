// In a table marked `data-rows` one row is selected (aria-selected): J, K and the arrows move it, keys.js presses its
// acts. The server selects the next one after an act; what others do does not move the selection.
const STEPS = { j: 1, arrowdown: 1, k: -1, arrowup: -1 };
const TYPING = "input, textarea, select, [contenteditable]";

const selected = () => document.querySelector("table[data-rows] tr[aria-selected=true]");
let kept = "";

function select(row) {
  selected()?.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  kept = event.detail.requestConfig.verb === "get" ? (selected()?.id ?? "") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  const row = kept && document.querySelector(`table[data-rows] #${CSS.escape(kept)}`);
  if (row) select(row);
});

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key.toLowerCase()];
  const table = document.querySelector("table[data-rows]");
  if (!step || !table || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  if (event.key.length === 1 && localStorage.getItem("single-keys") === "off") return;
  const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
  event.preventDefault();
  select(rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(selected()) + step))]);
});
