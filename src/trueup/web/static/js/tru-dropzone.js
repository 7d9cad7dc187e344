/* <tru-dropzone>: around a native file input. Takes dropped files, names what was chosen; without script the input remains. */
class TruDropzone extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.names = this.querySelector("[data-names]");
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => { event.preventDefault(); this.toggleAttribute("data-over", true); });
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, () => this.toggleAttribute("data-over", false));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.input.files = event.dataTransfer.files;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    this.input.addEventListener("change", () => { if (this.names) this.names.textContent = [...this.input.files].map((file) => file.name).join(", "); });
  }
}
customElements.define("tru-dropzone", TruDropzone);
