// Requests that fail keep what is on the page, say so in the alert region and offer to try again.
const alerts = document.getElementById("alerts");
const template = document.getElementById("failed-swap");
let asker; // whose failure is said

function repeat({ elt, triggeringEvent }) {
  const form = elt.closest("form");
  if (triggeringEvent?.type === "submit" && form) form.requestSubmit();
  else window.htmx.trigger(elt, triggeringEvent?.type ?? "click");
}

function failed(event) {
  // What comes by itself fails quietly: it is tried again, and the bar says when nothing gets through.
  const request = event.detail.requestConfig;
  if (!alerts || !template || event.detail.elt.matches("[hx-trigger*=every]") || request?.triggeringEvent?.type.startsWith("live-")) return;
  const note = template.content.cloneNode(true);
  note.querySelector("[data-try-again]").addEventListener("click", () => {
    alerts.replaceChildren();
    repeat(request);
  });
  alerts.replaceChildren(note);
  asker = event.detail.elt;
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);

// What came by itself (no event, or news) says nothing of what a person had asked for.
document.addEventListener("htmx:afterRequest", ({ detail: { successful, elt, requestConfig } }) => {
  const event = requestConfig?.triggeringEvent;
  const isWanted = elt === asker || (event && !event.type.startsWith("live-"));
  if (successful && isWanted) alerts?.querySelector("[data-try-again]")?.closest("[data-alert]")?.remove();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-alert]")?.remove();
});

// The log-in ran out meanwhile: the answer is the log-in page, which belongs in the window, not in a corner of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  const login = document.body.dataset.login;
  if (login && answered && new URL(answered).pathname === login) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

// After a swap that brought errors, the focus goes to the first field to mend; what is wrong with no field is read out.
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  if (detail.xhr?.status !== 422) return;
  const wrong = target.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
  else if (!document.querySelector("[aria-invalid=true]")) target.querySelector("[data-error-summary]")?.focus();
});

// Whoever logs out leaves nothing behind that was typed in this tab.
document.addEventListener("submit", ({ target }) => target.matches("[data-forget]") && sessionStorage.clear());
