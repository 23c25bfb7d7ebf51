// Where a planner's card would land: a lane, hours from the start of the day's axis, and a length in hours. Drawn as a
// dashed slot, told in words, sent to the server. There is at most one at a time; while there is, the picture stands.
const HOUR = 3_600_000;
const HOLDS = ".blk:is([data-status=pending], [data-status=confirmed], [data-status=in_service]), .pl__block";
const board = () => document.querySelector("#planner .pl");
const number = (element, name) => parseFloat(element.style.getPropertyValue(name));
let slot = null;
let missed = false;

export const current = () => slot;
export const lanes = () => [...document.querySelectorAll("#planner [data-lane]")];
export const hours = () => number(board(), "--hours");
export const step = () => board().dataset.step / 60;
export const snapped = (value) => Math.round(value / step()) * step();

export function pickUp(card) {
  const lane = card.closest("[data-lane]") ?? lanes()[0];
  const start = (new Date(card.dataset.from) - new Date(board().dataset.start)) / HOUR;
  slot = { card, lane, start, first: start, length: card.dataset.minutes / 60, shape: document.createElement("div") };
  slot.shape.className = "pl__drop";
  slot.was = `${card.closest("[data-lane]")?.dataset.lane} ${start} ${slot.length}`;
  card.classList.add("is-lifted");
  return slot;
}

// What was begun stays where it began, and what is hardly moved keeps its time, also one off the grid.
export const moved = (start) => ("begun" in slot.card.dataset || Math.abs(start - slot.first) < step() / 2 ? slot.first : snapped(start));

const changed = () => slot.was !== `${slot.lane.dataset.lane} ${slot.start} ${slot.length}`;

function taken() {
  return [...slot.lane.querySelectorAll(HOLDS)].some((other) => {
    const start = number(other, "--s");
    return other !== slot.card && start < slot.start + slot.length - 0.001 && slot.start < start + number(other, "--d") - 0.001;
  });
}

const moment = (offset) => new Date(new Date(board().dataset.start).getTime() + offset * HOUR);

function clock(offset) {
  const shown = { timeZone: board().dataset.zone, hour: "2-digit", minute: "2-digit" };
  return moment(offset).toLocaleTimeString(board().dataset.locale, shown);
}

export function draw() {
  const words = `${clock(slot.start)}–${clock(slot.start + slot.length)}`;
  slot.shape.style.setProperty("--s", slot.start);
  slot.shape.style.setProperty("--d", slot.length);
  slot.shape.classList.toggle("is-taken", taken());
  slot.shape.textContent = words;
  if (slot.shape.parentElement !== slot.lane) slot.lane.append(slot.shape);
  return `${slot.lane.dataset.name}, ${words}`;
}

export function say(words) {
  const region = document.getElementById("planner-says");
  region.textContent = slot && taken() ? `${words}, ${region.dataset.taken}` : words;
}

export function letGo({ send = false } = {}) {
  const { card, lane, shape, start, length } = slot;
  const form = document.getElementById("planner-form");
  if (send && changed()) {
    const values = { reference: card.dataset.card, version: card.dataset.version, lane: lane.dataset.lane };
    Object.assign(values, { lanes: board().dataset.lanes, starts_at: moment(start).toISOString(), minutes: Math.round(length * 60) });
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    form.requestSubmit();
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
