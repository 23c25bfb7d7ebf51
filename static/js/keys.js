// Keys that press what is on the page: `data-key="q"` or `data-key="ctrl+enter"` on a button, link or field.
// Single keys act only outside fields, and each device can switch them off. In lists, the selected row's act is meant.
// A field gives up what it could never begin with: `data-yields="/"` while it is empty. Its own key, typed into it while
// it is empty, is no text either.
const SETTING = "single-keys";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const off = () => localStorage.getItem(SETTING) === "off";

function pressed(event) {
  const held = [(event.ctrlKey || event.metaKey) && "ctrl", event.altKey && "alt"].filter(Boolean);
  return { key: [...held, event.key.toLowerCase()].join("+"), single: !held.length };
}

const yields = ({ value, dataset }, key) => !value && (dataset.yields === key || dataset.key === key);

function meant(key, from) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const form = from.closest?.("form");
  const root = document.querySelector("dialog[open]") ?? (form?.querySelector(selector) ? form : document);
  return [...root.querySelectorAll(selector)].find(
    (item) => item.checkVisibility() && !item.disabled && !item.closest("tr:not([aria-selected=true])"),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  const { key, single } = pressed(event);
  if (single && (off() || (event.target.closest?.(TYPING) && !yields(event.target, key)))) return;
  const item = meant(key, event.target);
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

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = !off();
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
}
