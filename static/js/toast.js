// Toasts leave by themselves: after 5 s, or 10 s when they offer an act. Pointing at one or focusing it stops the clock.
const region = document.getElementById("toasts");

function start(toast) {
  let left = (toast.querySelector("a, button") ? 10 : 5) * 1000;
  let since = 0;
  let timer = 0;
  const run = () => {
    since = performance.now();
    timer = setTimeout(() => toast.remove(), left);
  };
  const hold = () => {
    clearTimeout(timer);
    left = Math.max(1000, left - (performance.now() - since));
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", run);
  toast.addEventListener("focusout", run);
  run();
}

if (region) {
  // What was there when the page loaded is put in again: only a change in a live region is read out.
  const early = [...region.children];
  region.replaceChildren();
  setTimeout(() => region.append(...early), 100);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.matches?.("[data-toast]")) start(node);
  }).observe(region, { childList: true });
}
