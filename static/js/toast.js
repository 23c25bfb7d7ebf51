// Toasts leave by themselves after the seconds they name. Pointing at one or focusing it stops the clock. One that
// offers to undo counts down (unread: the number is hidden from assistive technology), and goes when it is used.
const region = document.getElementById("toasts");

const ownStep = (toast) => toast.querySelector("[name=step]")?.value.split(".")[0];

function start(toast) {
  let left = Number(toast.dataset.toast);
  let timer = 0;
  const shown = toast.querySelector("[data-seconds]");
  const show = () => shown && (shown.textContent = `${left} s`);
  const tick = () => {
    left -= 1;
    if (left <= 0) toast.remove();
    else show();
  };
  const hold = () => clearInterval(timer);
  const run = () => {
    hold();
    if (!toast.matches(":hover, :focus-within")) timer = setInterval(tick, 1000);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", run);
  toast.addEventListener("focusout", () => setTimeout(run));
  toast.addEventListener("htmx:beforeRequest", hold);
  toast.addEventListener("htmx:afterRequest", (event) => (event.detail.successful ? toast.remove() : run()));
  show();
  run();
}

// The newest comes first: that is the one the key means. An older offer about the same booking is out of date.
function arrive(toast) {
  if (!toast.isConnected) return;
  const about = ownStep(toast);
  for (const older of region.children) if (older !== toast && about && ownStep(older) === about) older.remove();
  start(toast);
}

if (region) {
  // What was there when the page loaded is put in again: only a change in a live region is read out.
  const early = [...region.children];
  region.replaceChildren();
  setTimeout(() => region.prepend(...early.reverse()), 100);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.matches?.("[data-toast]")) arrive(node);
  }).observe(region, { childList: true });
}
