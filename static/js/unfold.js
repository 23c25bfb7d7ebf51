// "Add notes" and its like: a button that shows what it controls and goes there. Without scripts the part is in sight.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  const part = document.getElementById(button.dataset.unfold);
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
  if (!part.hidden) part.querySelector("input, textarea, select")?.focus();
});
