// Forms marked `data-unsaved` say when they hold something that is not saved yet, save with Ctrl S, and ask before the
// page is left. `data-unsaved="changed"` has changes from the start: the server gave back what was typed.
const forms = () => [...document.querySelectorAll("form[data-unsaved]")];
let sending = false; // or given up on purpose

function mark(form, changed) {
  form.dataset.unsaved = changed ? "changed" : "";
  const note = form.querySelector("[data-unsaved-note]");
  if (note) note.hidden = !changed;
}

const changed = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.matches("[type=checkbox], [type=radio]")
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;

const typed = (form) =>
  [...form.elements].some((field) => field.matches("input:not([type=hidden]), select, textarea") && changed(field));

function start(form) {
  mark(form, form.dataset.unsaved === "changed" || form.querySelector("[aria-invalid=true]") !== null);
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-unsaved]");
    if (form) mark(form, typed(form));
  });
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-discard]")) sending = true;
});
document.addEventListener("submit", () => {
  sending = true;
});
document.addEventListener("htmx:afterSettle", () => {
  sending = false;
  for (const form of forms()) start(form);
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const form = document.activeElement?.closest("form[data-unsaved]") ?? forms().find((each) => each.querySelector(".savebar"));
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
window.addEventListener("beforeunload", (event) => {
  if (!sending && forms().some((form) => form.dataset.unsaved === "changed")) event.preventDefault();
});
for (const form of forms()) start(form);
