// Where a planner's card would land: a lane, hours from the start of the day's axis, and a length in hours. Drawn as a
// dashed slot, told in words, sent to the server. There is at most one at a time; while there is, the picture stands.
const HOUR = 3_600_000;
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const HOLDS = ".blk:is([data-status=pending], [data-status=confirmed], [data-status=in_service]), .pl__block";
const board = () => document.querySelector("#planner .pl");
const named = (id) => document.getElementById(id);
const number = (element, name) => parseFloat(element.style.getPropertyValue(name));
let slot = null;
let missed = false;

export const current = () => slot;
export const lanes = () => [...document.querySelectorAll("#planner [data-lane]")];
export const hours = () => number(board(), "--hours");
export const step = () => board().dataset.step / 60;
export const snapped = (value) => Math.round(value / step()) * step();

const written = (lane) => `${lane?.dataset.lane} ${slot.start} ${slot.length}`;

export function pickUp(card) {
  const lane = card.closest("[data-lane]") ?? lanes()[0];
  const start = (new Date(card.dataset.from) - new Date(board().dataset.start)) / HOUR;
  slot = { card, lane, start, first: start, length: card.dataset.minutes / 60, shape: document.createElement("div") };
  slot.was = written(card.closest("[data-lane]"));
  card.classList.add("is-lifted");
  return slot;
}

// What was begun stays where it began, and what is hardly moved keeps its time, also one off the grid. Nothing leaves
// the day; what is longer than the day goes on after it.
export function moved(start) {
  if ("begun" in slot.card.dataset || Math.abs(start - slot.first) < step() / 2) return slot.first;
  const last = slot.length < hours() ? hours() - slot.length : hours() - step();
  return Math.max(0, Math.min(snapped(start), last));
}

function taken() {
  return [...slot.lane.querySelectorAll(HOLDS)].some((other) => {
    const start = number(other, "--s");
    return other !== slot.card && start < slot.start + slot.length - 0.001 && slot.start < start + number(other, "--d") - 0.001;
  });
}

const moment = (offset) => new Date(Date.parse(board().dataset.start) + offset * HOUR);
const clock = (offset) => moment(offset).toLocaleTimeString(board().dataset.locale, { ...CLOCK, timeZone: board().dataset.zone });

export function draw() {
  const words = `${clock(slot.start)}–${clock(slot.start + slot.length)}`;
  slot.shape.style.setProperty("--s", slot.start);
  slot.shape.style.setProperty("--d", Math.min(slot.length, hours() - slot.start));
  Object.assign(slot.shape, { className: `pl__drop${taken() ? " is-taken" : ""}`, textContent: words });
  if (slot.shape.parentElement !== slot.lane) slot.lane.append(slot.shape);
  return `${slot.lane.dataset.name}, ${words}`;
}

export function say(words) {
  named("planner-says").textContent = taken() ? `${words}, ${named("planner-says").dataset.taken}` : words;
}

export function letGo({ send = false } = {}) {
  const { card, lane, shape, start, length } = slot;
  if (send && slot.was !== written(lane)) {
    const place = { lanes: board().dataset.lanes, lane: lane.dataset.lane, starts_at: moment(start).toISOString() };
    const values = { reference: card.dataset.card, part: card.dataset.part ?? "", version: card.dataset.version, minutes: Math.round(length * 60), ...place };
    for (const [name, value] of Object.entries(values)) named("planner-form").elements[name].value = value;
    named("alerts").replaceChildren(); // what was said of an earlier place
    named("planner-form").requestSubmit();
  } else if (missed) window.htmx.ajax("GET", location.href, { target: "#planner", swap: "outerHTML" });
  shape.remove();
  card.classList.remove("is-lifted");
  slot = null;
  missed = false;
}

// News that arrive meanwhile are fetched when the hand is free again.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!slot || event.target.id !== "planner") return;
  event.detail.shouldSwap = false;
  missed = true;
});
