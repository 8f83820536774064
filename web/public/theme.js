// Before the first paint: no flash of the other colours.
(function () {
  var wanted = null;
  try {
    wanted = localStorage.getItem("studio.theme");
  } catch (_) {
    /* storage is off: follow the system */
  }
  var dark = wanted ? wanted === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
