// Lists marked `data-keep` that are drawn again stay where they were: the row under the pointer (or with the focus, or
// selected, or first on screen) keeps its place, the focus its control, the selection its row. What comes by itself
// waits while a button of the mouse is down, or a click would meet another row than it was meant for.
let kept;
let pressed = false;
let waits = false;

const rowsOf = (list) => [...list.querySelectorAll("tbody tr[id]")];
const scrollerOf = (list) => list.querySelector("[data-keep-scroll]");
const nameOf = (control) => control.getAttribute("aria-label") ?? control.textContent.trim();

function onScreen(row, scroller) {
  const [own, frame] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
  return own.bottom > frame.top && own.top < frame.bottom;
}

function anchorOf(list, scroller) {
  const meant = [list.querySelector("tr[id]:hover"), document.activeElement?.closest("tr[id]"), list.querySelector("tr[aria-selected=true]")];
  const shown = meant.find((row) => row && list.contains(row) && onScreen(row, scroller));
  return shown ?? (scroller.scrollTop > 0 ? rowsOf(list).find((row) => onScreen(row, scroller)) : undefined);
}

function keep(list) {
  const scroller = scrollerOf(list);
  const anchor = anchorOf(list, scroller);
  const focused = list.contains(document.activeElement) ? document.activeElement : undefined;
  kept = {
    list: list.id,
    place: scroller.scrollTop,
    anchor: anchor?.id,
    top: anchor?.getBoundingClientRect().top,
    selected: list.querySelector("tr[aria-selected=true]")?.id,
    row: focused?.closest("tr[id]")?.id,
    name: focused && nameOf(focused),
  };
}

function restore(list) {
  const scroller = scrollerOf(list);
  const { place, anchor, top, selected, row, name } = kept;
  kept = undefined;
  scroller.scrollTop = place;
  const anchored = document.getElementById(anchor);
  if (anchored) scroller.scrollTop += anchored.getBoundingClientRect().top - top;
  if (!list.querySelector("tr[aria-selected=true]")) document.getElementById(selected)?.setAttribute("aria-selected", "true");
  const controls = [...(document.getElementById(row)?.querySelectorAll("a[href], button, input") ?? [])];
  // Where its button is gone the row's first link takes the focus, never another button.
  if (row && !list.contains(document.activeElement))
    (controls.find((control) => nameOf(control) === name) ?? controls.find((control) => control.matches("a")))?.focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (!target.matches?.("[data-keep]") || !scrollerOf(target)) return;
  if (pressed && detail.requestConfig?.triggeringEvent?.type.startsWith("live-")) {
    waits = true;
    detail.shouldSwap = false;
  } else keep(target);
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (kept && target.id === kept.list && scrollerOf(target)) restore(target);
});
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, () => {
    pressed = false;
    if (waits) setTimeout(() => document.body.dispatchEvent(new CustomEvent("live-bookings")));
    waits = false;
  }, true);
