// Runs before the page is painted, so that it never flashes in the wrong colours.
(function () {
  "use strict";
  let chosen = null;
  try { chosen = localStorage.getItem("detente-theme"); } catch (error) { /* storage may be forbidden */ }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => { document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light"); };
  set();
  dark.addEventListener("change", set);
  window.detenteTheme = () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("detente-theme", chosen); } catch (error) { /* then only for this page */ }
    set();
  };
})();
