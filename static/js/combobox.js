// A field with a list of matches below it: arrows choose, Enter takes, Escape closes. The server draws the list; it is
// asked (the event "lookup", which the field's hx-trigger names) when typing pauses. Enter need not wait for the answer:
// pressed early, it takes the first match when that comes (meanwhile the field is `data-taking`, and keep-keys.js keeps
// what is typed). `data-asks`: Enter always asks, and never sends the form.
const PAUSE = 150;
const asked = new WeakMap(); // the text a field asked about last
const answered = new WeakMap(); // the text its list is about
let pause;

const listOf = (field) => document.getElementById(field.dataset.combobox);
const options = (field) => [...(listOf(field)?.querySelectorAll("[role=option]") ?? [])];
const active = (field) => options(field).find((option) => option.getAttribute("aria-selected") === "true");

function mark(field, option) {
  for (const other of options(field)) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-expanded", String(options(field).length > 0));
}

function close(field) {
  listOf(field).replaceChildren();
  answered.delete(field);
  asked.delete(field);
  mark(field, undefined);
}

function ask(field) {
  clearTimeout(pause);
  asked.set(field, field.value);
  window.htmx.trigger(field, "lookup");
}

function take(field, event) {
  const current = answered.get(field) === field.value;
  const coming = asked.has(field) && !current;
  if (!(current && active(field)) && !coming && !("asks" in field.dataset)) return;
  event.preventDefault();
  if (current && active(field)) return void active(field).click();
  if (!field.value.trim()) return;
  field.dataset.taking = "";
  if (asked.get(field) !== field.value) ask(field);
}

function move(field, event, step) {
  const all = options(field);
  if (!all.length) return;
  event.preventDefault();
  mark(field, all[(all.indexOf(active(field)) + step + all.length) % all.length]);
}

const keys = {
  ArrowDown: (field, event) => move(field, event, 1),
  ArrowUp: (field, event) => move(field, event, -1),
  Enter: take,
  Tab: (field) => options(field).length && close(field),
  Escape(field, event) {
    delete field.dataset.taking;
    if (!options(field).length || field.closest("#go")) return; // there Escape leaves with the list
    event.preventDefault();
    close(field);
  },
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-combobox]");
  if (field && !event.ctrlKey && !event.metaKey && !event.altKey) keys[event.key]?.(field, event);
});

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("[data-combobox]");
  if (!field) return;
  clearTimeout(pause);
  asked.set(field, undefined); // a question is on its way
  pause = setTimeout(() => ask(field), PAUSE);
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-combobox]:not([data-taking])")) clearTimeout(pause);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const field = document.querySelector(`[data-combobox="${CSS.escape(event.target.id)}"]`);
  if (!field) return;
  answered.set(field, asked.get(field));
  if (document.activeElement === field) mark(field, active(field));
  else close(field);
  if (!("taking" in field.dataset)) return;
  delete field.dataset.taking;
  active(field)?.click();
});

for (const name of ["sendError", "responseError", "timeout"])
  document.addEventListener(`htmx:${name}`, ({ target }) => delete target.dataset?.taking);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[role=option][data-href]");
  if (link) return void window.location.assign(link.dataset.href);
  for (const field of document.querySelectorAll("[data-combobox]"))
    if (event.target !== field && !listOf(field)?.contains(event.target) && options(field).length) close(field);
});
