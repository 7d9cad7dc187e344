/* <tru-reltime><time datetime="…">: keeps "3 minutes ago" true while the page stays open. */
const STEPS = [[60, "second"], [3600, "minute", 60], [86400, "hour", 3600], [2629800, "day", 86400], [31557600, "month", 2629800], [Infinity, "year", 31557600]];

class TruReltime extends HTMLElement {
  connectedCallback() {
    this.words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
    this.timer = setInterval(() => this.show(), 60000);
  }

  disconnectedCallback() { clearInterval(this.timer); }

  show() {
    const time = this.querySelector("time");
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const [, unit, length = 1] = STEPS.find(([limit]) => Math.abs(seconds) < limit);
    time.textContent = this.words.format(Math.round(seconds / length), unit);
  }
}
customElements.define("tru-reltime", TruReltime);
