// Arrow buttons of the rails, for those who cannot swipe.
(() => {
  const update = (rail) => {
    const items = rail.querySelector(".rail__items");
    const end = items.scrollWidth - items.clientWidth;
    rail.classList.toggle("rail--can-scroll", end > 4);
    rail.querySelector("[data-rail='back']").disabled = items.scrollLeft < 4;
    rail.querySelector("[data-rail='on']").disabled = items.scrollLeft > end - 4;
  };

  for (const rail of document.querySelectorAll(".rail:has([data-rail])")) {
    const items = rail.querySelector(".rail__items");
    items.addEventListener("scroll", () => update(rail), { passive: true });
    new ResizeObserver(() => update(rail)).observe(items);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rail]");
    if (!button) return;
    const items = button.closest(".rail").querySelector(".rail__items");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = items.clientWidth * 0.8 * (button.dataset.rail === "on" ? 1 : -1);
    items.scrollBy({ left: step, behavior: still ? "auto" : "smooth" });
  });
})();
