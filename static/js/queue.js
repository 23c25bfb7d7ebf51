// A company's vehicles at the keyboard. Enter in the plates (`data-plates`) queues what stands there and leaves the field
// free for the next one; pasted lines are queued as they come. Enter in the empty field, or on a vehicle of the fleet, goes
// on to the service; the arrows go into the fleet and through it. What could not be sent stands in the field again.
let unsent = [];
let sent = [];

const plates = () => document.querySelector("[data-plates]");
const sender = () => document.querySelector("[data-plates-sent]");
const fleet = () => [...document.querySelectorAll("#fleet-pick [type=checkbox]")];
const lines = (text) => text.split(/[\n\r\t,;]+/).filter((line) => line.trim());
const goOn = () => document.getElementById("id_service_0")?.focus();

function send() {
  if (unsent.length) window.htmx.trigger(sender(), "queue-plates");
}

function queue(text) {
  unsent.push(...lines(text));
  send();
}

function enter(field) {
  if (!field.value.trim()) return goOn();
  const text = field.value;
  field.value = "";
  queue(text);
}

function move(event, step) {
  const stops = [plates(), ...fleet()];
  const next = stops[stops.indexOf(event.target) + step];
  if (!next || (event.target === plates() && event.target.value)) return;
  event.preventDefault();
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!event.target.matches?.("[data-plates], #fleet-pick [type=checkbox]")) return;
  if (event.key === "ArrowDown") move(event, 1);
  if (event.key === "ArrowUp") move(event, -1);
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  if (event.target.matches("[data-plates]")) enter(event.target);
  else goOn();
});

document.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text") ?? "";
  if (!event.target.matches?.("[data-plates]") || lines(text).length < 2) return;
  event.preventDefault();
  queue(text);
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.matches("[data-plates-sent]")) return;
  sent = unsent;
  unsent = [];
  detail.parameters.registration = sent.join("\n");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful || !detail.elt.matches("[data-plates-sent]") || detail.target.id === "new") return;
  const field = plates();
  field.value = [...sent, ...unsent.splice(0), field.value].join("\n"); // what is typed on stands on a line of its own
});

// Where the form or this part of it was drawn again, what was typed meanwhile goes with the new one.
document.addEventListener("htmx:afterSettle", ({ target }) => ["new", "form-vehicle"].includes(target.id) && send());

// A batch was undone: the form shows its queue again, unless somebody has typed on since.
let drawn = "";
const typed = () => new URLSearchParams(new FormData(document.getElementById("new"))).toString();
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "new") drawn = target.querySelector(".batch") ? typed() : "";
});
document.body.addEventListener("queue-again", () => {
  const source = document.getElementById("new");
  if (!drawn || drawn !== typed()) return;
  const address = document.getElementById("id_kind_1").getAttribute("hx-post");
  window.htmx.ajax("POST", address, { source, target: source, swap: "outerHTML", values: { kind: "business" } });
});
