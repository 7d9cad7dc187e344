/* <tru-palette>: Ctrl K. A combobox over a listbox; results come from data-url as HTML of role=option rows. The records
   somebody opened last come first; their names are kept for this tab and this person only. */
const PAUSE = 120, KEPT = 6, RECORD = /^\/(licences|people|devices|products|contracts|position|discovered)\/\d+\/$/;

class TruPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.remember();
    this.home = [...this.list.childNodes].map((node) => node.cloneNode(true));
    this.list.replaceChildren(...this.atHome());
    this.answer = (event) => this.shortcut(event);
    this.open = (event) => {
      if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.show();
    };
    addEventListener("keydown", this.answer);
    document.addEventListener("click", this.open);
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.search(), PAUSE); });
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
    this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    this.pick(0);
  }

  remember() {
    const key = `trueup:recent:${this.dataset.who}`, here = location.pathname;
    let known = [];
    try { known = JSON.parse(sessionStorage.getItem(key)) ?? []; } catch { /* Private windows keep nothing. */ }
    this.recent = known.filter((one) => one.url !== here).slice(0, KEPT);
    const name = RECORD.test(here) && document.querySelector("main h1")?.textContent.trim();
    if (!name) return;
    try { sessionStorage.setItem(key, JSON.stringify([{ url: here, name }, ...this.recent].slice(0, KEPT + 1))); } catch { /* As above. */ }
  }

  atHome() {
    const nodes = this.home.map((node) => node.cloneNode(true));
    if (!this.recent.length) return nodes;
    const group = document.createElement("div"), head = document.createElement("h3");
    group.role = "group";
    group.ariaLabel = head.textContent = this.dataset.recent;
    group.append(head, ...this.recent.map((one, at) => this.line(one, at)));
    return [group, ...nodes];
  }

  line(one, at) {
    const line = document.createElement("div"), words = document.createElement("span");
    line.id = `recent-${at}`;
    line.role = "option";
    line.ariaSelected = "false";
    line.dataset.url = one.url;
    words.textContent = one.name;
    const icon = this.home.map((node) => node.querySelector?.(`[data-url="/${one.url.split("/")[1]}/"] svg`)).find(Boolean);
    line.append(...(icon ? [icon.cloneNode(true)] : []), words);
    return line;
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.answer);
    document.removeEventListener("click", this.open);
  }

  shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close(); else this.show();
  }

  show() { this.dialog.showModal(); this.input.select(); }

  options() { return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")]; }

  pick(index) {
    const options = this.options();
    options.forEach((option, i) => option.setAttribute("aria-selected", i === index));
    const chosen = options[index];
    if (!chosen) { this.input.removeAttribute("aria-activedescendant"); return; }
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const options = this.options(), at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.pick((at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    }
    if (event.key === "Enter") { event.preventDefault(); this.go(options[at], event.ctrlKey || event.metaKey); }
  }

  go(option, apart) {
    if (!option?.dataset.url) return;
    if (apart) open(option.dataset.url, "_blank", "noopener"); else location.assign(option.dataset.url);
  }

  async search() {
    const words = this.input.value.trim();
    this.asked = words;
    if (!words) { this.list.replaceChildren(...this.atHome()); this.pick(0); return; }
    this.list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || this.asked !== words) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.list.replaceChildren(...page.body.childNodes);
      this.pick(0);
    } finally { this.list.removeAttribute("aria-busy"); }
  }
}
customElements.define("tru-palette", TruPalette);
