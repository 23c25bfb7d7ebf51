// Enter in the plate looks it up (`data-enter` names the button) instead of sending the form; a plate that was meant
// (`data-put`) is put into its field; what can be added once (`data-once`) goes when it was. What the card
// offered and what of it was taken goes with the booking as numbers (LEAP-10); the plate does not.
let card = {};

document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && !event.ctrlKey && !event.metaKey && document.getElementById(event.target.dataset?.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", ({ target }) => {
  const meant = target.closest("[data-put]");
  const field = meant && document.getElementById(meant.dataset.put);
  if (!field) return;
  field.value = meant.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches("[data-once]")) target.remove();
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const plate = target.id === "plate-card" && target.querySelector("[data-card]")?.dataset.card;
  if (!plate) return;
  if (card.plate !== plate) card = { plate, mot: 0, added: 0 };
  if (target.querySelector("[data-once]")) card.mot = 1;
});
// What the card says comes late, and never pushes the field somebody is in off the screen.
let inView;
const ends = (item) => item.getBoundingClientRect().bottom;
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  const [field, body] = [document.activeElement, target.closest(".bk__body")];
  if (target.id === "plate-card") inView = body?.contains(field) && ends(field) < ends(body) + 1 && field;
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "plate-card" && inView === document.activeElement) inView.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("#plate-card [data-once]")) card.added = 1;
});
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.matches("form#new") || !card.plate) return;
  const remarks = [...document.querySelectorAll("#plate-card [data-append]")];
  const noted = remarks.filter((chip) => document.getElementById(chip.dataset.append)?.value.includes(chip.value));
  Object.assign(detail.parameters, { card_mot: card.mot, card_added: card.added });
  Object.assign(detail.parameters, { card_remarks: remarks.length, card_noted: noted.length });
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "new" && "done" in target.dataset) card = {};
});
