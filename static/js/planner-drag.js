// Cards of the planner follow the pointer: to another time, lane or, by their lower edge, another end. With a finger a
// card is taken by its handle, so that the rest of it scrolls.
import { current, draw, hours, lanes, letGo, moved, pickUp, snapped } from "./planner-slot.js";

const FAR = 5; // pixels that make a press a drag
let press = null;

const perHour = (lane) => lane.getBoundingClientRect().height / hours();
const laneAt = (x) => lanes().find((lane) => x >= lane.getBoundingClientRect().left && x < lane.getBoundingClientRect().right);

function ghostOf(card) {
  const ghost = card.cloneNode(true);
  const { width, height } = card.getBoundingClientRect();
  ghost.classList.remove("is-lifted");
  ghost.classList.add("planner-ghost", "is-drag");
  for (const named of ghost.querySelectorAll("[id]")) named.removeAttribute("id");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, { width: `${width}px`, height: `${height}px` });
  document.body.append(ghost);
  return ghost;
}

function follow({ clientX, clientY }) {
  const slot = current();
  if (press.grip) {
    const end = (clientY - slot.lane.getBoundingClientRect().top) / perHour(slot.lane);
    slot.length = Math.max(snapped(end) - slot.start, snapped(0.25));
  } else {
    Object.assign(press.ghost.style, { left: `${clientX - press.dx}px`, top: `${clientY - press.dy}px` });
    press.over = laneAt(clientX);
    if (!press.over) return slot.shape.remove();
    slot.lane = press.over;
    slot.start = moved((clientY - press.dy - slot.lane.getBoundingClientRect().top) / perHour(slot.lane));
  }
  draw();
  const scroll = document.getElementById("planner-scroll");
  const { top, bottom } = scroll.getBoundingClientRect();
  if (clientY > bottom - 24) scroll.scrollBy(0, 12);
  else if (clientY < top + 24 + 48) scroll.scrollBy(0, -12);
}

// The click that ends a drag opens nothing.
const swallow = (click) => click.preventDefault();

function end({ send }) {
  press.ghost?.remove();
  if (current()) letGo({ send: send && (press.grip || Boolean(press.over)) });
  press = null;
  setTimeout(() => document.removeEventListener("click", swallow, true));
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("#planner [data-card]");
  if (!card || event.button || current() || (event.pointerType === "touch" && !event.target.closest(".blk__move, .blk__grip"))) return;
  const { left, top } = card.getBoundingClientRect();
  const grip = event.target.closest(".blk__grip") !== null;
  press = { card, grip, x: event.clientX, y: event.clientY, dx: event.clientX - left, dy: event.clientY - top };
});

document.addEventListener("pointermove", (event) => {
  if (!press) return;
  if (!current()) {
    if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < FAR) return;
    pickUp(press.card);
    if (!press.grip) press.ghost = ghostOf(press.card);
    document.addEventListener("click", swallow, true);
  }
  follow(event);
});

document.addEventListener("pointerup", () => press && end({ send: true }));
document.addEventListener("pointercancel", () => press && end({ send: false }));
document.addEventListener("keydown", (event) => event.key === "Escape" && press && end({ send: false }));
document.addEventListener("dragstart", (event) => event.target.closest("#planner [data-card]") && event.preventDefault());
