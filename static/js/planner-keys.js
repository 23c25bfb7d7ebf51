// The planner without a mouse: P takes the focused card, arrows move it by a step or a lane, with Shift its end, Enter
// drops it, Escape puts it back. Where it is, is said. Single keys can be switched off, and with them P.
import { current, draw, hours, lanes, letGo, moved, pickUp, say, snapped, step } from "./planner-slot.js";

let placed = "";

function take(card) {
  const slot = pickUp(card);
  if (!card.closest("[data-lane]") || slot.start < 0 || slot.start >= hours()) {
    const now = document.querySelector("#planner .pl__now");
    const first = now ? snapped(parseFloat(now.style.getPropertyValue("--s")) + step() / 2) : 0;
    slot.start = moved(Math.max(first, Math.min(slot.start, hours() - slot.length)));
  }
  const region = document.getElementById("planner-says");
  show(`${card.querySelector(".blk__open").textContent.trim()}. ${region.dataset.help} `);
}

function show(before = "") {
  say(before + draw());
  current().shape.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const ACTS = {
  ArrowUp: (slot, shift) => (shift ? (slot.length = Math.max(step(), slot.length - step())) : (slot.start = moved(slot.start - step()))),
  ArrowDown: (slot, shift) => (shift ? (slot.length += step()) : (slot.start = moved(slot.start + step()))),
  ArrowLeft: (slot) => sideways(slot, -1),
  ArrowRight: (slot) => sideways(slot, 1),
};

function sideways(slot, by) {
  const all = lanes();
  slot.lane = all[Math.max(0, Math.min(all.length - 1, all.indexOf(slot.lane) + by))];
}

function drop(card) {
  placed = card.dataset.part ?? card.dataset.card;
  letGo({ send: true });
}

document.addEventListener(
  "keydown",
  (event) => {
    const card = event.target.closest?.("#planner [data-card]");
    const slot = current();
    if (!card || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!slot) {
      if (event.key.toLowerCase() !== "p" || localStorage.getItem("single-keys") === "off" || !lanes().length) return;
      take(card);
    } else if (event.key === "Enter") drop(card);
    else if (event.key === "Escape" || event.key === "Tab") letGo();
    else if (ACTS[event.key]) {
      ACTS[event.key](slot, event.shiftKey);
      show();
    } else return;
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// The focus follows the card to its new place, and the picture stays scrolled where it was.
let place = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "planner") place = document.getElementById("planner-scroll")?.scrollTop ?? 0;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const scroll = document.getElementById("planner-scroll");
  if (event.target.id !== "planner" || !scroll) return;
  scroll.scrollTop = place;
  if (placed) (document.getElementById(`card-${placed}`) ?? document.getElementById(`tray-${placed}`))?.focus();
  placed = "";
});
