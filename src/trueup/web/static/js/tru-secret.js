/* <tru-secret data-hide="masked">: a revealed value goes back to its mask after data-seconds, and when the page is left. */
class TruSecret extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.hide) return;
    this.timer = setTimeout(() => this.hide(), Number(this.dataset.seconds || 30) * 1000);
    this.leave = () => this.hide();
    addEventListener("pagehide", this.leave);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    if (this.leave) removeEventListener("pagehide", this.leave);
  }

  hide() {
    this.querySelector("[data-value]").textContent = this.dataset.hide;
    this.querySelector("tru-copy")?.remove();
  }
}
customElements.define("tru-secret", TruSecret);
