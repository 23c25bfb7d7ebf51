// Chips that put their words into a field, or take them out again: `data-append="id_of_field"`. A field that is still folded
// away comes into sight; the caret stays where it is.
const words = (field) => field.value.split(/,\s*/).filter(Boolean);

function unfold(part) {
  part.hidden = false;
  document.querySelector(`[data-unfold="${part.id}"]`)?.setAttribute("aria-expanded", "true");
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-append]");
  const field = chip && document.getElementById(chip.dataset.append);
  if (!field) return;
  const there = words(field);
  const isThere = there.includes(chip.value);
  field.value = (isThere ? there.filter((word) => word !== chip.value) : [...there, chip.value]).join(", ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const part = field.closest("[hidden]");
  if (part) unfold(part);
});

document.addEventListener("input", (event) => {
  for (const chip of document.querySelectorAll(`[data-append="${event.target.id}"]`))
    chip.setAttribute("aria-pressed", String(words(event.target).includes(chip.value)));
});
