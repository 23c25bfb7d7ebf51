// A booking's page that is left says so, or others would see its reader there for a while longer.
window.addEventListener("pagehide", () => {
  const url = document.querySelector(".presence").getAttribute("hx-post");
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(url, { method: "POST", keepalive: true, headers, body: new URLSearchParams({ doing: "leaving" }) });
});
