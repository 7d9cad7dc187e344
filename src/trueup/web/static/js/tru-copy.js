/* <tru-copy data-text="…">: a button inside copies the text and says so for a moment. */
class TruCopy extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      await navigator.clipboard.writeText(this.dataset.text ?? this.querySelector("[data-value]")?.textContent ?? "");
      const words = button.querySelector(".sr") || button, before = words.textContent;
      words.textContent = this.dataset.done || "Copied";
      this.toggleAttribute("data-copied", true);
      setTimeout(() => { words.textContent = before; this.toggleAttribute("data-copied", false); }, 2000);
    });
  }
}
customElements.define("tru-copy", TruCopy);
