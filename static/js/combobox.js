// A field with a list of matches below it: arrows choose, Enter takes, Escape closes. The server draws the list.
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
  mark(field, undefined);
}

const keys = {
  ArrowDown: (field, all, at) => mark(field, all[(at + 1) % all.length]),
  ArrowUp: (field, all, at) => mark(field, all[(at - 1 + all.length) % all.length]),
  Enter: (field) => active(field)?.click(),
  Escape: (field) => close(field),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-combobox]");
  if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = options(field);
  if (event.key === "Tab") return void (all.length && close(field));
  if (!all.length || !keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key](field, all, all.indexOf(active(field)));
});

document.addEventListener("htmx:afterSwap", (event) => {
  const field = document.querySelector(`[data-combobox="${CSS.escape(event.target.id)}"]`);
  if (!field) return;
  if (document.activeElement === field) mark(field, active(field));
  else close(field);
});

document.addEventListener("click", (event) => {
  for (const field of document.querySelectorAll("[data-combobox]"))
    if (event.target !== field && !listOf(field)?.contains(event.target) && options(field).length) close(field);
});
