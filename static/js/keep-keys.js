// Keys typed while the booking form is being drawn again are not lost: they wait, and are given to the field that comes.
// A practised receptionist types faster than any line answers. A form sent meanwhile goes with what comes.
const PARTS = ["new", "form-customer", "form-vehicle", "form-queue", "form-job", "form-foot"];
const LET_THROUGH = new Set(["Control", "Meta", "Alt", "AltGraph", "Shift", "Escape", "Dead", "Process"]);
const kept = [];
let pending; // the request whose answer draws a part of the form again
let releasing = false; // a key given back may end a request itself: the keys after it wait until it has done all it does

const taking = () => document.querySelector("[data-taking]"); // a field whose Enter waits for its list

const isSubmit = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey);

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (PARTS.includes(detail.target?.id)) pending = detail;
});

function release({ detail }) {
  if (detail.xhr === pending?.xhr) pending = undefined;
  if (releasing) return;
  releasing = true;
  while (kept.length && !pending && !taking()) press(kept.shift());
  releasing = false;
}
for (const name of ["afterSettle", "sendAbort", "sendError", "responseError", "timeout"])
  document.addEventListener(`htmx:${name}`, release);

// A form that went away with its drawer settles where nobody hears it.
document.addEventListener("form-gone", () => release({ detail: pending ?? {} }));

window.addEventListener(
  "keydown",
  (event) => {
    if (pending && !document.getElementById(pending.target.id)) pending = undefined; // the form went away meanwhile
    if (!(pending || taking()) || !event.isTrusted || event.isComposing || LET_THROUGH.has(event.key)) return;
    const drawnAgain = kept.length || taking() || event.target.closest?.(`#${pending.target.id}`) || event.target === document.body;
    if (!drawnAgain && !isSubmit(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const sending = pending?.elt.matches("form");
    if (event.repeat || (sending && isSubmit(event))) return;
    const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
    kept.push({ key, code, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true });
  },
  { capture: true },
);

function press(init) {
  const field = document.activeElement ?? document.body;
  if (!field.dispatchEvent(new KeyboardEvent("keydown", init)) || init.ctrlKey || init.metaKey || init.altKey) return;
  if (init.key === "Tab") step(field, init.shiftKey ? -1 : 1);
  else if (init.key === "Enter") field.matches("input") && field.form?.requestSubmit();
  else if (init.key === " " && field.matches("[type=checkbox]")) field.click();
  else if (init.key === "Backspace") document.execCommand("delete");
  else if (init.key.length === 1 && field.matches("input, textarea")) document.execCommand("insertText", false, init.key);
}

document.addEventListener(
  "submit",
  (event) => {
    const isAsking = pending && [1, 2, 3].includes(pending.xhr.readyState);
    if (!isAsking || event.target.id !== "new" || pending.elt === event.target) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter?.id;
    const again = () => (document.getElementById(pressed) ?? document.querySelector("#form-foot [type=submit]"))?.click();
    pending.xhr.addEventListener("loadend", () => setTimeout(again));
  },
  { capture: true },
);

function step(field, by) {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (item) => item.checkVisibility() && !item.disabled && item.tabIndex >= 0 && (item.type !== "radio" || item.checked),
  );
  stops[stops.indexOf(field) + by]?.focus();
}
