// Who else has a booking open (#present) is marked in its row too, also when the list was drawn again.
function mark() {
  for (const old of document.querySelectorAll(".tag--open")) old.remove();
  for (const { dataset, content } of document.querySelectorAll("#present template"))
    document.querySelector(`#booking-${dataset.reference} .c-who .t2, #queue-${dataset.reference} .t1`)?.append(content.cloneNode(true));
}

document.addEventListener("htmx:afterSettle", mark);
