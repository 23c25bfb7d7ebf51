// Moving through a list (`data-rows`): J, K and the arrows select a row (aria-selected), whose acts then answer to their
// keys. After an act the server may select the next one; what others do does not move the selection. Escape in a field
// comes back to the list.
const STEPS = { j: 1, arrowdown: 1, k: -1, arrowup: -1 };
const LIST = "[data-rows]";
let last;
let asked; // whether the answer draws the list for no act of ours

const rows = () => [...document.querySelectorAll(`${LIST} tbody tr:not(.group)`)];
const selected = () => rows().find((row) => row.getAttribute("aria-selected") === "true");

function select(row) {
  selected()?.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.tabIndex = -1;
}

document.addEventListener("single-key", (event) => {
  const step = STEPS[event.detail];
  const all = rows();
  if (!step || !all.length) return;
  // The arrows belong to whatever has the focus: radios, tabs, another list.
  if (event.detail.startsWith("arrow") && !event.target.matches(`body, main, tr, ${LIST}`)) return;
  const at = all.indexOf(selected());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  select(all[next]);
  all[next].focus();
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement === document.body) (selected() ?? document.querySelector(LIST))?.focus();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  last = selected()?.id ?? last;
  asked = detail.requestConfig.verb === "get";
});
document.addEventListener("htmx:afterSettle", () => {
  const row = last && document.getElementById(last);
  if (!row || (selected() && !asked)) return;
  select(row);
  const kept = asked && row.closest("[data-keep]"); // keep.js gives the focus back to its very control
  if (document.activeElement === document.body && !kept) row.focus();
});
