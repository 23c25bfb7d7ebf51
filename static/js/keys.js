// Keys that press what is on the page: `data-key="q"`, `data-key="ctrl+enter"` or `data-key="a c"` on a button, link or field.
// Single keys act only outside fields, and each device can switch them off. In lists, the selected row's act is meant.
// Before a single key presses anything, the event "single-key" offers it to others (rows.js moves through lists).
// A field gives up what it could never begin with: `data-yields="/"` while it is empty. Its own key, typed into it while
// it is empty, is no text either. On a radio button only the keys of its own form act.
const SETTING = "single-keys";
const TYPING = "input:not([type=radio]), textarea, select, [contenteditable]";
const ACTING = "a[href], button, summary, input, [role=button]"; // Enter on them is theirs

const off = () => localStorage.getItem(SETTING) === "off";
const overlay = () => document.querySelector("dialog[open], :popover-open");
const yields = ({ value, dataset }, key) => !value && (dataset.yields === key || dataset.key === key);

// With Alt some keyboards write other signs (Option-1 is ¡) and some need Shift for digits: then the key's place counts.
function pressed(event) {
  const graph = event.getModifierState("AltGraph");
  const held = [!graph && (event.ctrlKey || event.metaKey) && "ctrl", !graph && event.altKey && "alt"].filter(Boolean);
  const placed = /^(?:Digit|Key)(.)$/.exec(event.code ?? "")?.[1];
  const name = held.includes("alt") && placed && !/^[a-z0-9]$/i.test(event.key) ? placed : event.key;
  return { key: [...held, name.toLowerCase()].join("+"), single: !held.length };
}

function meant(key, from) {
  const selector = `[data-key~="${CSS.escape(key)}"]`;
  const form = from.closest?.("form");
  const root = document.querySelector("dialog[open]") ?? (form?.querySelector(selector) ? form : document);
  const all = [...root.querySelectorAll(selector)].filter(
    (item) => item.checkVisibility() && !item.disabled && !item.closest("tr:not([aria-selected=true])"),
  );
  return all.find((item) => item.ariaPressed !== "true") ?? all[0]; // of several with one key, the next that is not down
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const { key, single } = pressed(event);
  const typed = event.target.closest?.(TYPING);
  const field = typed?.checkVisibility() && typed; // one that went with its dialog keeps the focus until the next frame
  if (key === "escape" && overlay()) return;
  if (key === "escape" && (field || event.target.type === "radio")) return void event.target.blur();
  if (single && (off() || (field && !yields(field, key)))) return;
  if (single && event.target.type === "radio" && !event.target.form.querySelector(`[data-key~="${CSS.escape(key)}"]`)) return;
  if (key === "enter" && event.target.closest?.(ACTING)) return;
  const offer = new CustomEvent("single-key", { detail: key, cancelable: true, bubbles: true });
  if (single && !overlay() && !event.target.dispatchEvent(offer)) return void event.preventDefault();
  const item = !event.repeat && meant(key, event.target);
  if (!item) return;
  event.preventDefault();
  if (item.matches(TYPING)) item.focus();
  else item.click();
});

// A link that looks and is named like a button answers the space bar like one.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

const switches = document.querySelectorAll("[data-keys-switch]");
for (const box of switches) {
  box.checked = !off();
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    localStorage.setItem(SETTING, box.checked ? "on" : "off");
    for (const other of switches) other.checked = box.checked;
  });
}
