/* <tru-plot data-plot='{"labels":[…],"series":[{"name":…,"values":[…]}],"left":34,"right":26}'>: the server has drawn the
   SVG inside; this adds a line under the pointer and the figures of that day. Arrow keys move it as well. */
class TruPlot extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    this.plot = JSON.parse(this.dataset.plot);
    this.tip = document.createElement("div");
    this.tip.className = "plot-tip"; this.tip.hidden = true;
    this.rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
    this.rule.setAttribute("class", "conn"); this.rule.setAttribute("visibility", "hidden");
    this.svg.append(this.rule); this.append(this.tip);
    this.addEventListener("pointermove", (event) => this.point(event));
    this.addEventListener("pointerleave", () => this.hide());
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", () => this.hide());
  }

  disconnectedCallback() { this.tip.remove(); this.rule.remove(); }

  frame() {
    const { width, height } = this.svg.viewBox.baseVal, box = this.svg.getBoundingClientRect();
    return { width, height, box, inner: width - this.plot.left - this.plot.right, last: Math.max(this.plot.labels.length - 1, 1) };
  }

  point(event) {
    const { width, box, inner, last } = this.frame();
    const x = (event.clientX - box.left) / box.width * width - this.plot.left;
    this.show(Math.round(Math.min(Math.max(x / inner, 0), 1) * last));
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.show(Math.min(Math.max((this.at ?? -1) + by, 0), this.plot.labels.length - 1));
  }

  show(index) {
    const { width, height, box, inner, last } = this.frame();
    this.at = index;
    const x = this.plot.left + index / last * inner;
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: 8, y2: height - 24, visibility: "visible" })) this.rule.setAttribute(name, value);
    const head = document.createElement("b");
    head.textContent = this.plot.labels[index];
    const lines = this.plot.series.flatMap(({ name, values }) => [document.createElement("br"), `${name} ${values[index]}`]);
    this.tip.replaceChildren(head, ...lines);
    this.tip.hidden = false;
    const left = x / width * box.width + box.left - this.getBoundingClientRect().left;
    this.tip.style.left = `${left + 150 > this.clientWidth ? left - this.tip.offsetWidth - 12 : left + 12}px`;
    this.tip.style.top = "12px";
  }

  hide() { this.tip.hidden = true; this.rule.setAttribute("visibility", "hidden"); }
}
customElements.define("tru-plot", TruPlot);
