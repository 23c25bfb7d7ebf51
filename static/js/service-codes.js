// The list of services answers to codes and names as they are typed: two letters choose, Enter takes. A pause takes too,
// so that prices and times follow; letters after it still belong to what was begun, for a while. Where several fit, the
// one this garage books most is meant. What fits no service is a key of the form's: 1, 2 and 3 pick a time.
const PAUSE = 700;
const FORGET = 4000;
let typed = "";
let since = 0;
let pause;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();

function fits(option, text) {
  const code = option.dataset.code;
  const name = fold(option.dataset.name);
  if (code === text) return 4;
  if (name.startsWith(text)) return 3;
  if (code.startsWith(text)) return 2;
  return name.split(/\s+/).some((word) => word.startsWith(text)) ? 1 : 0;
}

function best(list, text) {
  const ranked = [...list.querySelectorAll("option[data-code]")]
    .map((option) => [fits(option, text), Number(option.dataset.booked), option])
    .filter(([fit]) => fit)
    .sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  return ranked[0]?.[2];
}

function settle(list) {
  clearTimeout(pause);
  const drawn = [...list.options].find((option) => option.defaultSelected) ?? list.options[0];
  if (list.value !== drawn.value) list.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("select[data-codes]");
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    typed = "";
    settle(list);
  } else if (event.key.length === 1 && (event.key !== " " || typed)) {
    event.preventDefault();
    const letter = fold(event.key);
    if (event.timeStamp - since > FORGET) typed = "";
    since = event.timeStamp;
    const continued = best(list, typed + letter);
    typed = continued ? typed + letter : letter;
    const option = continued ?? best(list, letter);
    if (!option) return void list.form.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    option.selected = true;
    clearTimeout(pause);
    pause = setTimeout(() => settle(list), PAUSE);
  }
});

document.addEventListener("focusout", (event) => {
  if (!event.target.matches("select[data-codes]") || !event.target.isConnected) return;
  typed = "";
  settle(event.target);
});
