/* Runs before first paint. Signed in, the server says how the pages look (data-kept is where a change is sent); before
   signing in, this browser remembers it. Then answers the two switches, which are plain forms without script. */
(() => {
  const root = document.documentElement;
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };
  if (root.dataset.kept) {
    remember("theme", root.dataset.theme);
    remember("density", root.dataset.density || "normal");
  } else {
    const theme = remembered("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (remembered("density")) root.dataset.density = remembered("density");
  }
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const isCompact = () => root.dataset.density === "compact";
  const show = () => {
    for (const button of document.querySelectorAll("[data-density-toggle]")) button.setAttribute("aria-pressed", isCompact());
  };
  const keep = (name, value) => {
    if (!root.dataset.kept) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(root.dataset.kept, { method: "POST", headers, body: new URLSearchParams({ [name]: value }), redirect: "manual", keepalive: true });
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) {
      event.preventDefault();
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      keep("theme", root.dataset.theme);
    }
    if (event.target.closest("[data-density-toggle]")) {
      event.preventDefault();
      root.dataset.density = isCompact() ? "normal" : "compact";
      remember("density", root.dataset.density);
      keep("row_height", root.dataset.density);
      show();
    }
  });
})();
