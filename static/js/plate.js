// Enter in the plate looks it up (`data-enter` names the button) instead of sending the form; a plate that was meant
// (`data-put`) is put into its field; what can be added once (`data-once`) goes when it was.
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
