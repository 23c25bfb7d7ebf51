// Native dialogs. `data-dialog-open="id"` opens one, `data-dialog-close` closes the one it stands in; a dialog swapped
// in with `data-dialog-auto` opens at once. Escape or a click beside it closes, unless something was typed: then it asks.
function dirty(dialog) {
  return [...dialog.querySelectorAll("input, select, textarea")].some((field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.matches("[type=checkbox], [type=radio]")
        ? field.checked !== field.defaultChecked
        : field.type !== "hidden" && field.value !== field.defaultValue,
  );
}

function open(dialog, opener) {
  if (dialog.open) return;
  const before = document.activeElement;
  dialog.showModal();
  const field = dialog.querySelector("[autofocus], [aria-invalid=true], input:not([type=hidden]), select, textarea");
  field?.focus();
  if (field?.role === "combobox") field.select();
  dialog.addEventListener(
    "close",
    () => {
      (before?.matches("body") ? opener : before)?.focus?.(); // a key opens it from a field
      if (dialog.hasAttribute("data-dialog-auto")) dialog.remove();
    },
    { once: true },
  );
}

function mayClose(dialog) {
  const question = dialog.dataset.dialogAsk;
  return !question || !dirty(dialog) || window.confirm(question);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog) {
      event.preventDefault();
      open(dialog, opener);
    }
  }
  const closer = event.target.closest("[data-dialog-close]");
  const beside = event.target.matches("dialog[open]") && event.target;
  const dialog = closer?.closest("dialog") ?? beside;
  if (dialog && mayClose(dialog)) dialog.close();
});

document.addEventListener(
  "cancel",
  (event) => {
    if (event.target.matches("dialog") && !mayClose(event.target)) event.preventDefault();
  },
  true,
);

const openSwapped = (root) => {
  for (const dialog of root.querySelectorAll("dialog[data-dialog-auto]")) open(dialog, document.activeElement);
};
document.addEventListener("htmx:load", (event) => openSwapped(event.target.parentElement ?? document));
openSwapped(document);
