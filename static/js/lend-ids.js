// While the booking form stands over the page, ids are the form's: those in the page's own forms (a customer's, a
// vehicle's) step aside, so that no label and no answer finds the wrong field. The function returned gives them back.
export function lendIds() {
  const lent = [...document.querySelectorAll("main form :is([id], [for])")].flatMap((item) =>
    ["id", "for"].filter((name) => item.hasAttribute(name)).map((name) => [item, name, item.getAttribute(name)]),
  );
  for (const [item, name] of lent) item.removeAttribute(name);
  return () => lent.forEach(([item, name, value]) => item.setAttribute(name, value));
}
