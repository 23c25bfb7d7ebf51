// Where the form was begun with what the caller said first, Tab goes on to what is still missing: `data-tab-to` names the
// field, `data-tab-when` the text after which nothing between is needed (a first and a last name in one). Shift-Tab and
// the pointer reach the fields passed over.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey || event.defaultPrevented) return;
  const field = event.target.closest?.("[data-tab-to]");
  let next = field && document.getElementById(field.dataset.tabTo);
  while (next?.value && next.dataset.tabTo) next = document.getElementById(next.dataset.tabTo);
  if (!next || !new RegExp(field.dataset.tabWhen ?? "\\S", "u").test(field.value)) return;
  event.preventDefault();
  next.focus();
});
