// The list below the search field, as an ARIA combobox: arrows choose, Enter follows, Escape closes. htmx fills it.
(() => {
  const field = document.getElementById("search-words");
  const list = document.getElementById("search-suggestions");
  const status = document.getElementById("search-status");
  if (!field || !list) return;
  let active = -1;

  const options = () => [...list.querySelectorAll("[role='option']")];

  const choose = (index) => {
    active = index;
    options().forEach((option, place) => option.setAttribute("aria-selected", place === index));
    const chosen = options()[index];
    if (chosen) {
      field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const show = (isOpen) => {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", isOpen);
    choose(-1);
  };

  list.addEventListener("htmx:afterSwap", () => {
    const count = options().length;
    show(count > 0 && document.activeElement === field);
    status.textContent = count ? `${count} suggestion${count === 1 ? "" : "s"}` : "";
  });

  field.addEventListener("focus", () => show(options().length > 0));
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) show(false);
  });

  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) {
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      const isClosed = list.hidden;
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = isClosed ? -1 : active;
      if (isClosed) show(true);
      // One place beside the options is the field itself: nothing is chosen there.
      choose(((from + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      options()[active].click();
    } else {
      return;
    }
    event.preventDefault();
  });
})();
