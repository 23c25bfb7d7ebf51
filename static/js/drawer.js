// Quick booking (`data-quick`): the booking form in a drawer over the page. The server draws it each time, with what was
// typed when it was closed: that is kept in this tab until it is booked, reset, or the person logs out (shell.js).
// Keys typed before the form is there wait for it.
import { lendIds } from "./lend-ids.js";

const drawer = document.getElementById("quick");
const body = drawer.querySelector(".drawer__body");
const alerts = document.getElementById("alerts");
let isShown = false; // until its "close" came, which a key may overtake
let isReady = false;
let isTyped; // whether there is anything to keep
let early;

const form = () => body.querySelector("form");

function draft() {
  const kept = new FormData();
  for (const [name, value] of JSON.parse(sessionStorage.getItem(drawer.dataset.draft) ?? "[]")) kept.append(name, value);
  return kept;
}

function keep() {
  if (!form()) return;
  const typed = [...new FormData(form())].filter(([name]) => name !== "csrfmiddlewaretoken");
  if (isTyped) sessionStorage.setItem(drawer.dataset.draft, JSON.stringify(typed));
  else sessionStorage.removeItem(drawer.dataset.draft);
}

async function open(opener) {
  isShown = true;
  const giveBack = lendIds();
  const values = draft();
  isTyped = values.has("quick");
  isReady = false;
  early = "";
  drawer.append(alerts); // what goes wrong is said where people look
  drawer.addEventListener("close", () => close(opener, giveBack), { once: true });
  drawer.showModal();
  const asked = window.htmx.ajax("POST", drawer.dataset.form, { source: opener, target: body, swap: "innerHTML", values });
  await asked.catch(() => {});
  if (!form()) return drawer.close(); // an alert says so, and can try again
  await Promise.all([...body.querySelectorAll("script")].map((script) => new Promise((done) => (script.onload = script.onerror = done))));
  if (!drawer.open) return body.replaceChildren();
  isReady = true;
  form().querySelector("#id_phone").focus();
  if (early) document.execCommand("insertText", false, early);
}

function close(opener, giveBack) {
  isShown = false;
  keep();
  body.replaceChildren();
  document.getElementById("toasts").before(alerts);
  giveBack();
  opener.focus();
  document.dispatchEvent(new Event("form-gone"));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-quick]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!isShown) open(opener);
  else if (!drawer.open) drawer.addEventListener("close", () => open(opener), { once: true });
});
drawer.addEventListener("keydown", (event) => {
  if (isReady || event.repeat || event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  early += event.key;
});
drawer.addEventListener("input", () => (isTyped = true));
drawer.addEventListener("click", ({ target }) => target.closest("[data-key='alt+r']") && (isTyped = false));
window.addEventListener("pagehide", keep);
document.addEventListener("booked", () => {
  sessionStorage.removeItem(drawer.dataset.draft);
  body.replaceChildren();
  drawer.close();
});
