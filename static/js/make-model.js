// "Add a new model…", the last entry of a list, opens the field beside it, which then speaks under the list's name.
const fieldOf = (select) => document.getElementById(select.dataset.other);
const wantsOther = (select) => select.selectedOptions[0]?.hasAttribute("data-other");

function settle(select, { focus = false } = {}) {
  const field = fieldOf(select);
  const other = wantsOther(select);
  if (other) select.removeAttribute("name");
  else select.setAttribute("name", field.name);
  field.disabled = field.hidden = !other;
  if (other && focus) field.focus();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-other]")) settle(event.target, { focus: true });
});

// A make that is not listed has no listed models either: both are typed.
document.addEventListener("htmx:afterSwap", (event) => {
  const models = event.target.closest("select[data-other]");
  if (!models) return;
  const [make] = models.closest("[data-make-model]").querySelectorAll("select[data-other]");
  if (wantsOther(make)) models.options[models.options.length - 1].selected = true;
  settle(models);
});
