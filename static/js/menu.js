// Menus: arrow keys inside a popover, and <details class="drop"> that close like menus do.
const items = (menu) => [...menu.querySelectorAll("a[href], button:not(:disabled)")].filter((item) => item.checkVisibility());

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover], .drop[open]");
  if (!menu) return;
  if (event.key === "Escape" && menu.matches(".drop")) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, select, textarea")) return;
  const list = items(menu);
  const next = list[(list.indexOf(document.activeElement) + step + list.length) % list.length];
  next?.focus();
  event.preventDefault();
});

// A menu opened by keyboard or mouse hands the focus to its first place to go.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState === "open" && event.target.matches?.(".menu[popover]")) items(event.target)[0]?.focus();
  },
  true,
);

document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll(".drop[open]")) {
    if (!drop.contains(event.target) || event.target.closest(".menu__item")) drop.open = false;
  }
});
