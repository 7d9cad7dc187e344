/* <tru-toast>: the messages at the lower edge. They leave after ten seconds, but not while they have pointer or focus;
   errors stay. The event "toast" (HX-Trigger) adds one: {text, undo, tone}. A failed request offers Retry. */
const STAY = 10000;

class TruToast extends HTMLElement {
  connectedCallback() {
    this.add = (event) => this.show(event.detail);
    this.failed = (event) => this.fail(event);
    document.addEventListener("toast", this.add);
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, this.failed);
    this.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove(); });
    for (const toast of this.children) this.age(toast);
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this.add);
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.removeEventListener(name, this.failed);
  }

  age(toast) {
    if (toast.hasAttribute("data-stays")) return;
    setTimeout(() => { if (toast.matches(":hover, :focus-within")) this.age(toast); else toast.remove(); }, STAY);
  }

  button(words, then) {
    const button = document.createElement("button");
    button.type = "button"; button.className = "btn sm"; button.textContent = words;
    button.addEventListener("click", then);
    return button;
  }

  show({ text, undo, tone, retry }) {
    const toast = document.createElement("div"), words = document.createElement("span");
    toast.className = "toast"; words.textContent = text; toast.append(words);
    toast.toggleAttribute("data-stays", tone === "bad");
    if (undo) toast.append(this.undoForm(undo));
    if (retry) toast.append(this.button(this.dataset.retry, () => { toast.remove(); retry(); }));
    const close = this.button("×", () => toast.remove());
    close.setAttribute("aria-label", this.dataset.dismissLabel);
    toast.append(close);
    this.append(toast);
    this.age(toast);
  }

  undoForm(address) {
    const form = document.createElement("form"), token = document.createElement("input");
    form.method = "post"; form.action = address;
    token.type = "hidden"; token.name = "csrfmiddlewaretoken";
    token.value = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    form.append(token, this.button(this.dataset.undo, () => form.requestSubmit()));
    return form;
  }

  fail(event) {
    const { xhr, elt, requestConfig } = event.detail;
    if (xhr?.getResponseHeader("HX-Trigger")?.includes("toast")) return; // the server has said it itself
    const text = xhr?.status === 401 ? this.dataset.signedOut : this.dataset.failed;
    this.show({ text, tone: "bad", retry: () => globalThis.htmx?.ajax(requestConfig.verb, requestConfig.path, { source: elt, values: Object.fromEntries(requestConfig.formData ?? []) }) });
  }
}
customElements.define("tru-toast", TruToast);
