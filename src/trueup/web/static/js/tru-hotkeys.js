/* <tru-hotkeys>: single keys for moving about. They rest while a field has the focus, with data-off, and while a dialog is open. */
const GO = { o: "overview", d: "decisions", l: "licences", c: "contracts", r: "renewals", p: "position", v: "devices" };
const WAIT = 1200;

class TruHotkeys extends HTMLElement {
  connectedCallback() {
    this.answer = (event) => this.press(event);
    addEventListener("keydown", this.answer);
  }

  disconnectedCallback() { removeEventListener("keydown", this.answer); }

  press(event) {
    if (this.hasAttribute("data-off") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const done = this.going ? this.go(event.key) : this.act(event.key);
    if (done) event.preventDefault();
  }

  go(key) {
    this.going = false;
    const link = GO[key] && document.querySelector(`.nav [data-go="${GO[key]}"]`);
    link?.click();
    return Boolean(link);
  }

  act(key) {
    if (key === "g") { this.going = true; setTimeout(() => { this.going = false; }, WAIT); return true; }
    if (key === "/") return this.focusOn("main [data-filter]");
    if (key === "?") { document.getElementById("shortcuts")?.showModal(); return true; }
    if (key === "j" || key === "k") return this.step(key === "j" ? 1 : -1);
    if (key === "x") return this.select();
    const target = document.querySelector(`main [data-key="${CSS.escape(key)}"]`);
    target?.click();
    return Boolean(target);
  }

  focusOn(selector) {
    const found = document.querySelector(selector);
    found?.focus();
    found?.select?.();
    return Boolean(found);
  }

  rows() { return [...document.querySelectorAll("main .table tbody tr:not(.grp)")].filter((row) => row.querySelector("a, input")); }

  step(by) {
    const rows = this.rows();
    if (!rows.length) return false;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)];
    (next.querySelector("a") || next.querySelector("input")).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  select() {
    const box = this.rows().find((row) => row.contains(document.activeElement))?.querySelector(".check");
    box?.click();
    return Boolean(box);
  }
}
customElements.define("tru-hotkeys", TruHotkeys);
