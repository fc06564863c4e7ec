// Light or dark, before the first paint: what the shopper chose last time, else what the system asks for.
(() => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  const chosen = () => {
    try {
      return localStorage.getItem("kindred-theme");
    } catch {
      return null; // storage is switched off: follow the system
    }
  };

  const apply = () => {
    root.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light");
  };

  apply();
  system.addEventListener("change", apply);

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("kindred-theme", root.dataset.bsTheme);
    } catch {
      // the choice then lasts for this page only
    }
  });
})();
