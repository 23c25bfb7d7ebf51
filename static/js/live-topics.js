// What others changed, for htmx: `hx-trigger="live-bookings from:body"` asks for its part again. At most once a second, and
// not while nobody looks: what became due in a hidden tab is asked for when it is shown. What this tab did itself, it has
// drawn already. After a gap every topic is due that some element of the page waits for.
const { body } = document;
const due = new Set();
let resting = 0;

function fire() {
  resting = 0;
  if (document.hidden || !due.size) return;
  const topics = [...due];
  due.clear();
  resting = setTimeout(fire, 1000);
  for (const topic of topics) body.dispatchEvent(new CustomEvent(`live-${topic}`));
}

function ask(...topics) {
  for (const topic of topics) due.add(topic);
  if (!resting) fire();
}

body.addEventListener("live", ({ detail }) => {
  if (!detail.mine) ask(detail.topic);
});
body.addEventListener("live-catch-up", () => {
  const waiting = [...document.querySelectorAll("[hx-trigger*='live-']")].map((item) => item.getAttribute("hx-trigger"));
  ask(...waiting.flatMap((trigger) => [...trigger.matchAll(/\blive-([\w-]+)/g)].map((match) => match[1])));
});
document.addEventListener("visibilitychange", () => {
  if (!resting) fire();
});
