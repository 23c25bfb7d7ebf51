// The booking form as it came, before anybody typed, is kept for the next caller: after a booking it stands there again,
// with a key of its own, while it is still the form the server would draw (data-fresh). Else the server draws it.
let kept;

function keep() {
  const form = document.querySelector("form#new[data-fresh]");
  if (!form) return;
  kept = form.cloneNode(true);
  kept.reset(); // what the browser filled in by itself
}
keep();
document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "new" && keep());

document.addEventListener("booked", ({ detail }) => {
  const form = document.getElementById("new");
  form.dataset.done = "";
  if (kept?.dataset.fresh !== detail.mark) return void form.querySelector("[data-key='alt+r']").click();
  const next = kept.cloneNode(true);
  next.querySelector("[name=idempotency_key]").setAttribute("value", detail.key);
  next.dataset.done = "";
  form.replaceWith(next);
  window.htmx.process(next);
  window.htmx.trigger(next, "htmx:afterSettle");
  next.querySelector("#id_phone").focus();
});

// A heading the new row would stand under is not there yet: the list is asked for.
document.addEventListener("htmx:oobErrorNoTarget", () => window.htmx.trigger(document.body, "desk-changed"));
