// The bar that says since when nothing gets through. What is on the page stays, and the page catches up by itself.
const bar = document.getElementById("line");
const note = document.getElementById("line-down");

document.body.addEventListener("line", ({ detail: { since } }) => {
  if (!since) return bar.replaceChildren();
  bar.replaceChildren(note.content.cloneNode(true));
  bar.querySelector("time").textContent = since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
});
