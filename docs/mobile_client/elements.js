// Makes elements. Text is always text, never markup.

const PRICE = new Map();

/** element("a", {href: "#/", class: "card"}, "text", child, …); attributes that are null or false are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function price(amount, currency) {
  if (amount === null) return "No price at the moment";
  if (!PRICE.has(currency)) PRICE.set(currency, new Intl.NumberFormat("en", { style: "currency", currency }));
  return PRICE.get(currency).format(amount);
}

/** The product's picture in the size that fits; its first letter where there is none. */
export function picture(product, sizes) {
  const widths = product.pictures.filter((entry) => entry.width);
  if (!product.picture_url) return element("span", { class: "picture", "aria-hidden": "true" }, product.title.slice(0, 1));
  return element("img", {
    class: "picture",
    alt: "",
    loading: "lazy",
    src: product.picture_url,
    srcset: widths.length ? widths.map((entry) => `${entry.url} ${entry.width}w`).join(", ") : null,
    sizes: widths.length ? sizes : null,
  });
}

let notices = 0;

/** Show a message at the foot of the page for a while, with a button if `action` is given. */
export function say(text, action = null, ms = 6000) {
  const place = document.getElementById("notice");
  const number = ++notices;
  const button = action && element("button", { type: "button", onclick: () => (place.replaceChildren(), action.run()) }, action.label);
  place.replaceChildren(element("p", {}, text, button));
  setTimeout(() => number === notices && place.replaceChildren(), ms);
}

/** Show an error, with a button to try again. */
export function failure(error, again) {
  const reasons = error.problems?.length > 1 ? error.problems.map((problem) => problem.detail) : [error.message];
  return element(
    "div",
    { class: "state", role: "alert" },
    element("h2", {}, error.name === "Error" && error.status === 404 ? "Page not found" : "Something went wrong"),
    reasons.map((reason) => element("p", {}, reason)),
    again ? element("button", { type: "button", onclick: again }, "Try again") : null,
  );
}

export const emptyState = (title, text) =>
  element("div", { class: "state" }, element("h2", {}, title), element("p", {}, text), element("a", { class: "button", href: "#/" }, "Continue shopping"));

/** Grey cards while a list loads. */
export const loading = (count) =>
  element("div", { class: "cards", "aria-busy": "true", "aria-label": "Loading" }, Array.from({ length: count }, () => element("div", { class: "card waiting" })));
