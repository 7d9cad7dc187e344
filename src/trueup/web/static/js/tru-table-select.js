/* <tru-table-select>: around a table with checkboxes and its bulk bar. Shift takes a range, Esc clears; when the page
   is full the bar offers everything that matches, which sends the filter (field "all") and not a list of ids. */
class TruTableSelect extends HTMLElement {
  connectedCallback() {
    this.last = null;
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", (event) => { if (event.target.matches("[data-all]")) this.setAll(event.target.checked); });
    this.answer = (event) => { if (event.key === "Escape" && this.chosen().length && !document.querySelector("dialog[open], :popover-open")) this.setAll(false); };
    this.back = () => this.show();
    addEventListener("keydown", this.answer);
    addEventListener("pageshow", this.back);
    this.show();
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.answer);
    removeEventListener("pageshow", this.back);
  }

  boxes() { return [...this.querySelectorAll("tbody .check[name=selected]")]; }

  chosen() { return this.boxes().filter((box) => box.checked); }

  clicked(event) {
    if (event.target.closest("[data-clear]")) { this.setAll(false); return; }
    if (event.target.closest("[data-match]")) { this.everything(true); return; }
    if (!event.target.matches("tbody .check[name=selected]")) return;
    const boxes = this.boxes(), at = boxes.indexOf(event.target);
    if (event.shiftKey && this.last !== null) {
      for (let i = Math.min(at, this.last); i <= Math.max(at, this.last); i += 1) boxes[i].checked = event.target.checked;
    }
    this.last = at;
    this.everything(false);
    this.show();
  }

  setAll(on) {
    for (const box of this.boxes()) box.checked = on;
    this.last = null;
    this.everything(false);
    this.show();
  }

  everything(on) {
    this.querySelector("input[type=hidden][name=all]")?.remove();
    const match = this.querySelector("[data-match]"), count = this.querySelector("[data-count]");
    if (!on || !match || !count) return;
    const field = document.createElement("input");
    field.type = "hidden"; field.name = "all"; field.value = "1";
    (this.querySelector("[data-bulk] form") || this.querySelector("form") || this).append(field);
    count.textContent = match.dataset.total;
    match.hidden = true;
  }

  show() {
    const boxes = this.boxes(), count = this.chosen().length, full = count > 0 && count === boxes.length;
    for (const box of boxes) box.closest("tr").toggleAttribute("data-selected", box.checked);
    const head = this.querySelector("[data-all]"), bar = this.querySelector("[data-bulk]");
    if (head) { head.checked = full; head.indeterminate = count > 0 && !full; }
    if (!bar) return;
    bar.hidden = count === 0;
    bar.querySelector("[data-count]").textContent = count;
    const match = bar.querySelector("[data-match]");
    if (match) match.hidden = !full || match.dataset.total === String(boxes.length);
  }
}
customElements.define("tru-table-select", TruTableSelect);
