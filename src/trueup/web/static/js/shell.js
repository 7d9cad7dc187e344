/* What belongs to the page's frame: drawer, dialogs, where popovers open, date presets, order of columns.
   All by delegation, so parts swapped in later need no setting up. */
const one = (selector, root = document) => root.querySelector(selector);

/* the drawer: the rest is inert while it is open */
const side = one("#side"), opener = one("[data-drawer]"), main = one(".main");
const drawer = (open) => {
  side.toggleAttribute("data-open", open);
  main.inert = open;
  opener.setAttribute("aria-expanded", open);
  (open ? one("a, button", side) : opener).focus();
};
if (opener) {
  opener.addEventListener("click", () => drawer(true));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && side.hasAttribute("data-open")) drawer(false); });
  addEventListener("pointerdown", (event) => { if (side.hasAttribute("data-open") && !side.contains(event.target)) drawer(false); });
}

/* dialogs open by data-dialog, close by data-close or a click outside */
document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-dialog]");
  const dialog = open && document.getElementById(open.dataset.dialog);
  if (dialog) { event.preventDefault(); dialog.showModal(); }
  if (event.target.closest("[data-close]") || event.target.matches("dialog")) event.target.closest("dialog")?.close();
});

/* a menu opens under its button and stays inside the window */
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[popover]") || event.newState !== "open") return;
  const button = one(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const box = button.getBoundingClientRect(), gap = 6, rim = 8;
  const below = innerHeight - box.bottom - gap - rim, above = box.top - gap - rim;
  const up = menu.offsetHeight > below && above > below;
  menu.style.position = "fixed";
  menu.style.maxHeight = `${Math.max(up ? above : below, 120)}px`;
  menu.style.top = `${up ? Math.max(rim, box.top - gap - Math.min(menu.offsetHeight, above)) : box.bottom + gap}px`;
  menu.style.left = `${Math.max(rim, Math.min(box.left, innerWidth - menu.offsetWidth - rim))}px`;
}, true);

/* presets of a date: some years after another field (or today), or the end of the year */
const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-preset]");
  if (!button) return;
  const field = document.getElementById(button.dataset.preset);
  const from = button.dataset.after && document.getElementById(button.dataset.after)?.value;
  const date = from ? new Date(`${from}T00:00`) : new Date();
  if (button.dataset.end === "year") date.setMonth(11, 31);
  else {
    date.setFullYear(date.getFullYear() + Number(button.dataset.years || 0));
    date.setDate(date.getDate() - 1); // the last covered day
  }
  field.value = iso(date);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

/* the order of columns, by buttons */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault(); // without script the button asks the server
  const row = button.closest(".menu-row");
  const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (other) row.parentElement.insertBefore(button.dataset.move === "up" ? row : other, button.dataset.move === "up" ? other : row);
  button.focus();
});

/* a second sort key: shift and click on a head */
document.addEventListener("click", (event) => {
  const head = event.shiftKey && event.target.closest("th a[data-then]");
  if (!head) return;
  event.preventDefault();
  location.assign(head.dataset.then);
});

/* an address names only what was asked: empty fields of a search form stay out of it */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  for (const field of event.target.elements) if (field.name && field.value === "") { field.disabled = true; field.dataset.left = ""; }
});
addEventListener("pageshow", () => { for (const field of document.querySelectorAll("[data-left]")) { field.disabled = false; delete field.dataset.left; } });
