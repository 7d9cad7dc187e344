/* Runs before first paint, so that no page flashes in the other theme; then answers the two switches. */
(() => {
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };
  const theme = kept("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (kept("density")) root.dataset.density = kept("density");
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const isCompact = () => root.dataset.density === "compact";
  const show = () => {
    for (const button of document.querySelectorAll("[data-density-toggle]")) button.setAttribute("aria-pressed", isCompact());
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep("theme", root.dataset.theme);
    }
    if (event.target.closest("[data-density-toggle]")) {
      root.dataset.density = isCompact() ? "normal" : "compact";
      keep("density", root.dataset.density);
      show();
    }
  });
})();
