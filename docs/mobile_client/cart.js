// Cart and checkout.

import { Refused, call, newId, session } from "./api.js";
import { element, emptyState, picture, price, say } from "./elements.js";

const FIELDS = [
  ["full_name", "Full name", "name"],
  ["email", "Email address", "email"],
  ["street", "Street and number", "street-address"],
  ["postal_code", "Postal code", "postal-code"],
  ["city", "City", "address-level2"],
  ["country", "Country", "country-name"],
];
let cart = null; // {body, etag} as last seen

export async function refreshCart() {
  cart = await call("GET", "cart/");
  showCount();
  return cart;
}

function keep(answer) {
  cart = answer;
  showCount();
}

function showCount() {
  const badge = document.getElementById("cart-count");
  badge.textContent = cart.body.count;
  badge.hidden = cart.body.count === 0;
}

/** Add one: a new line, or one more of a line that has not changed since it was read (If-Match). */
export async function addToCart(product) {
  try {
    const { body, etag } = cart ?? (await refreshCart());
    const line = body.items.find((item) => item.product.id === product.id);
    if (line) keep(await call("PUT", `cart/items/${product.id}/`, { body: { quantity: line.quantity + 1 }, headers: { "If-Match": etag } }));
    else keep(await call("POST", "cart/items/", { body: { product_id: product.id }, headers: { "Idempotency-Key": newId() } }));
    say(`“${product.title}” is in your cart.`, { label: "View", run: () => (location.hash = "#/cart") });
  } catch (error) {
    if (await wasStale(error)) return;
    say(error.message);
  }
}

/** After a 412, caused by another device of the shopper: read the cart again and say so. */
async function wasStale(error) {
  if (!(error instanceof Refused && error.status === 412)) return false;
  await refreshCart();
  say("Your cart was changed elsewhere. Have a look and try again.");
  return true;
}

export async function cartPage(main) {
  const { body } = await refreshCart();
  if (!body.items.length) return main.replaceChildren(element("h1", {}, "Cart"), emptyState("Your cart is empty", "Products you add stay in your cart, even when you come back later."));
  main.replaceChildren(
    element("h1", {}, "Cart"),
    body.problems.map((problem) => element("p", { class: "problem", role: "alert" }, problem)),
    element("ul", { class: "lines" }, body.items.map((item) => line(item, body.currency, main))),
    element("p", { class: "total" }, "Total ", element("strong", {}, price(body.total, body.currency))),
    element("a", { class: "button main", href: "#/checkout" }, "Check out"),
  );
}

function line({ product, quantity, total }, currency, main) {
  const change = async (method, newQuantity) => {
    const options = { headers: { "If-Match": cart.etag }, body: method === "PUT" ? { quantity: newQuantity } : undefined };
    try {
      await call(method, `cart/items/${product.id}/`, options);
    } catch (error) {
      if (!(await wasStale(error))) say(error.message);
    }
    await cartPage(main).catch((error) => say(error.message));
  };
  const button = (text, name, act, off = false) => element("button", { type: "button", "aria-label": `${name} ${product.title}`, disabled: off, onclick: act }, text);
  return element(
    "li",
    {},
    picture(product, "5rem"),
    element("div", {}, element("a", { href: `#/product/${product.id}` }, product.title), element("p", {}, price(total, currency))),
    element(
      "div",
      { class: "quantity" },
      button("−", "One less of", () => change("PUT", quantity - 1), quantity === 1),
      element("span", { "aria-label": "Quantity" }, quantity),
      button("+", "One more of", () => change("PUT", quantity + 1)),
      button("Remove", "Remove", () => change("DELETE")),
    ),
  );
}

export async function checkoutPage(main) {
  const { body } = await refreshCart();
  if (!body.items.length) return (location.hash = "#/cart");
  const form = element(
    "form",
    { class: "fields", novalidate: true },
    FIELDS.map(([name, label, hint]) =>
      element("label", {}, label, element("input", { name, autocomplete: hint, required: true, type: name === "email" ? "email" : "text", value: name === "email" ? session.email : null }), element("span", { class: "problem", id: `wrong-${name}` })),
    ),
    element("p", { class: "total" }, "To pay on invoice: ", element("strong", {}, price(body.total, body.currency))),
    element("button", { class: "main" }, "Place the order"),
  );
  form.addEventListener("submit", (event) => (event.preventDefault(), order(form, body.total, main)));
  main.replaceChildren(element("h1", {}, "Check out"), form);
}

/** Order once: the key is kept until the shop has answered, so a retry after a lost answer is the same order. */
async function order(form, total, main) {
  const button = form.querySelector("button");
  const key = sessionStorage.getItem("checkout-key") ?? newId();
  sessionStorage.setItem("checkout-key", key);
  button.disabled = true;
  for (const place of form.querySelectorAll(".problem")) place.textContent = "";
  for (const input of form.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  try {
    const checkout = { ...Object.fromEntries(new FormData(form)), expected_total: total };
    const { body } = await call("POST", "checkout/", { body: checkout, headers: { "Idempotency-Key": key } });
    sessionStorage.removeItem("checkout-key");
    thank(main, body);
    await refreshCart();
  } catch (error) {
    button.disabled = false;
    if (error instanceof Refused && error.status < 500) sessionStorage.removeItem("checkout-key");
    if (error instanceof Refused && error.status === 400) return showProblems(form, error.problems);
    say(error.message);
  }
}

function showProblems(form, problems) {
  for (const { attr, detail } of problems) {
    const input = form.elements.namedItem(attr ?? "");
    if (!input) say(detail);
    else {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `wrong-${attr}`);
      document.getElementById(`wrong-${attr}`).textContent = detail;
    }
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function thank(main, order) {
  main.replaceChildren(
    element("h1", {}, "Thank you"),
    element("p", {}, `Your order ${order.number} is placed. The invoice comes by mail to ${order.email}.`),
    element("ul", { class: "lines" }, order.lines.map((entry) => element("li", {}, element("div", {}, `${entry.quantity} × ${entry.title}`)))),
    element("a", { class: "button", href: "#/" }, "Continue shopping"),
  );
  document.getElementById("main").focus();
}
