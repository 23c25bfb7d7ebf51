// The desk times its own bookings: keys and clicks from the first one in the form to the one that sends it. Only numbers
// go with the form, nothing of what was typed. The press that brought the caret into the form is the first one.
const blank = () => ({ began: 0, keys: 0, clicks: 0 });
const names = { keydown: "keys", pointerdown: "clicks" };
let pace = blank();
let before; // the last press outside the form

function press(event) {
  if (!event.isTrusted || event.repeat) return;
  const name = names[event.type];
  if (!event.target.closest?.("#new")) return void (before = { name, at: event.timeStamp });
  pace.began ||= event.timeStamp;
  pace[name] += 1;
}
for (const type of Object.keys(names)) window.addEventListener(type, press, { capture: true });

document.addEventListener("focusin", (event) => {
  if (pace.began || !before || !event.target.closest("#new")) return;
  pace.began = before.at;
  pace[before.name] += 1;
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.matches("form#new") || !pace.began) return;
  detail.parameters.pace_ms = Math.round(performance.now() - pace.began);
  detail.parameters.pace_keys = pace.keys;
  detail.parameters.pace_clicks = pace.clicks;
});

// A form that is ready for the next caller starts from nothing: after a booking, and after Reset.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "new" && "done" in target.dataset) pace = blank();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-key='alt+r']")) pace = blank();
});
