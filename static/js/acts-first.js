// An act's answer belongs to the place it was sent from: a redraw that would take that place away waits for it, and is
// asked for again when the answer is there.
const acting = new Set();
let waiting = false;

document.addEventListener("htmx:beforeRequest", ({ detail: { elt, xhr, requestConfig } }) => {
  if (requestConfig.verb === "get") return;
  acting.add(elt);
  xhr.addEventListener("loadend", () =>
    setTimeout(() => {
      acting.delete(elt);
      if (acting.size || !waiting) return;
      waiting = false;
      document.body.dispatchEvent(new CustomEvent("desk-changed"));
    }),
  );
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.verb !== "get" || ![...acting].some((elt) => detail.target.contains(elt))) return;
  detail.shouldSwap = false;
  waiting = true;
});
