// What others did to the bookings of this list: their rows are marked until they were looked at, and what happened while
// the tab was hidden, or where the list does not show it, is counted in the top bar. The pill leads to the newest and clears the count.
const pill = document.getElementById("news");
const tag = { created: document.getElementById("tag-new"), other: document.getElementById("tag-changed") };
const said = document.getElementById("news-said");
const LOOKED_SECONDS = 6;
const title = document.title;
const news = new Map(); // reference -> {change, missed, looked}, the newest last

const rowOf = (reference) => document.getElementById(`booking-${reference}`);
const missed = () => [...news].filter(([reference, item]) => item.missed && (rowOf(reference) || item.change === "created"));

function isSeen(row) {
  if (!row || document.hidden) return false;
  const [own, frame] = [row, row.closest("[data-keep-scroll]")].map((item) => item.getBoundingClientRect());
  return own.top >= frame.top && own.bottom <= frame.bottom;
}

function count() {
  const number = missed().length;
  pill.hidden = !number;
  document.title = number ? `(${number}) ${title}` : title;
  const [before, after] = pill.dataset[number === 1 ? "one" : "many"].split("#");
  const [words, strong] = [pill.querySelector("[data-words]"), document.createElement("strong")];
  strong.textContent = number;
  if (number && words.textContent !== before + number + after) words.replaceChildren(before, strong, after);
}

function mark() {
  for (const [reference, item] of news) {
    const row = rowOf(reference);
    if (!row) {
      item.missed ||= item.change === "created"; // of another day, or hidden by a filter or a search
      continue;
    }
    if (!item.marked && !isSeen(row)) item.missed = true;
    if (!row.matches(".is-new, .is-changed")) {
      row.classList.add(item.change === "created" ? "is-new" : "is-changed");
      row.querySelector(".t1").append((tag[item.change] ?? tag.other).content.cloneNode(true));
    }
    if (!item.marked && !item.missed) said.textContent = row.querySelector(".t1").innerText;
    item.marked = true;
  }
  count();
}
function look() {
  for (const [reference, item] of news) {
    const row = rowOf(reference);
    if (!isSeen(row) || (item.looked += 1) < LOOKED_SECONDS) continue;
    news.delete(reference);
    row.classList.remove("is-new", "is-changed");
    row.querySelector("[data-news]")?.remove();
  }
  count();
}

function learn(reference, change) {
  const known = news.get(reference);
  news.delete(reference);
  const missed = document.hidden || Boolean(known?.missed);
  news.set(reference, { change: known?.change === "created" ? "created" : change, missed, looked: 0 });
}

document.body.addEventListener("live", ({ detail: { topic, facts, mine } }) => {
  if (topic === "bookings" && !mine) learn(facts.reference, facts.change);
  count();
});
document.body.addEventListener("missed", ({ detail: { reference, change } }) => {
  learn(reference, change);
  mark();
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "booking-list") mark();
});
pill.addEventListener("click", (event) => {
  const [reference] = missed().at(-1);
  const row = rowOf(reference);
  for (const [, item] of news) item.missed = false;
  count();
  if (!row) return void (pill.href = pill.dataset.booking.replace("REFERENCE", reference));
  event.preventDefault();
  const list = row.closest("[data-keep-scroll]");
  list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  row.querySelector(".svc a").focus({ preventScroll: true });
});
setInterval(look, 1000);
