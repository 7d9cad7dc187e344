/* <tru-hotkeys>: single keys for moving about. They rest while a field has the focus, with data-off, and while a dialog is
   open. The list of keys shows what this page has: a line whose data-needs finds nothing is hidden. */
const GO = { o: "overview", d: "decisions", l: "licences", c: "contracts", r: "renewals", p: "position", v: "devices" };
const WAIT = 1200;

class TruHotkeys extends HTMLElement {
  connectedCallback() {
    this.answer = (event) => this.press(event);
    this.asked = (event) => { if (event.target.closest("[data-dialog=shortcuts]")) this.sift(); };
    addEventListener("keydown", this.answer);
    document.addEventListener("click", this.asked, true);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.answer);
    document.removeEventListener("click", this.asked, true);
  }

  press(event) {
    if (event.defaultPrevented || this.hasAttribute("data-off") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") || document.querySelector("dialog[open], :popover-open")) return;
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
    if (key === "?") { this.sift(); document.getElementById("shortcuts")?.showModal(); return true; }
    if (key === "j" || key === "k") return this.step(key === "j" ? 1 : -1);
    if (key === "x") return this.select();
    if (key.length !== 1) return false;
    const asked = `[data-key="${CSS.escape(key)}"]`;
    const target = this.row()?.querySelector(asked) ?? document.querySelector(`main .page-head ${asked}, main ${asked}:not(tr *)`);
    target?.click();
    return Boolean(target);
  }

  sift() {
    for (const line of document.querySelectorAll("#shortcuts [data-needs]")) line.hidden = !document.querySelector(line.dataset.needs);
  }

  focusOn(selector) {
    const found = document.querySelector(selector);
    found?.focus();
    found?.select?.();
    return Boolean(found);
  }

  rows() { return [...document.querySelectorAll("main .table tbody tr:not(.grp)")].filter((row) => row.querySelector("a, input")); }

  row() { return this.rows().find((row) => row.contains(document.activeElement)); }

  step(by) {
    const rows = this.rows();
    if (!rows.length) return false;
    const here = rows.indexOf(this.row());
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)];
    (next.querySelector("a") || next.querySelector("input")).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  select() {
    const box = this.row()?.querySelector(".check");
    box?.click();
    return Boolean(box);
  }
}
customElements.define("tru-hotkeys", TruHotkeys);
