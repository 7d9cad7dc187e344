/* Editing in place: a click on the value opens its form, Enter saves, Esc reverts. htmx does the rest, and without
   script the pencil is a link to the same form as a page. */
document.addEventListener("click", (event) => {
  const place = event.target.closest(".ed");
  if (!place || event.target.closest("a, button, form, input, select")) return;
  if (String(getSelection())) return; // somebody is copying the value
  place.querySelector(":scope > .pen")?.click();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.inline");
  if (!form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-revert]").click();
  }
  if (event.key === "Enter" && event.target.matches("select")) {
    event.preventDefault();
    form.requestSubmit();
  }
}, true);
