// Home page with recommendations, and the page of a product.

import { call, read } from "./api.js";
import { addToCart } from "./cart.js";
import { element, emptyState, failure, loading, picture, price, say } from "./elements.js";
import { UNDO_MS, report, takeBack } from "./events.js";

const openedFrom = new Map(); // product id → the list it was opened from, whose click is counted

export async function home(main) {
  const place = element("section", { "aria-labelledby": "for-you" }, element("h1", { id: "for-you" }, "For you"), loading(6));
  main.replaceChildren(place);
  await rail(place, { intent: "for_you", slot: "mobile-home", limit: 12 }, {
    canDismiss: true,
    whenEmpty: () => emptyState("Nothing to show yet", "The shop has no products for sale at the moment."),
  });
}

export async function product(main, id) {
  main.replaceChildren(loading(2));
  const details = await read(`products/${id}/`);
  const recommId = openedFrom.get(id);
  report("view", id, recommId ? { recomm_id: recommId } : {});
  const similar = element("section", { "aria-labelledby": "similar" }, element("h2", { id: "similar" }, "Similar"), loading(4));
  main.replaceChildren(
    element(
      "article",
      { class: "product" },
      picture(details, "(min-width: 48rem) 24rem, 100vw"),
      element(
        "div",
        {},
        element("p", { class: "quiet" }, [details.brand, details.category.name].filter(Boolean).join(" · ")),
        element("h1", {}, details.title),
        element("p", { class: "price" }, price(details.price, details.currency)),
        details.rating ? element("p", { class: "quiet" }, `${details.rating.toFixed(1)} of 5 stars, ${details.rating_count} ratings`) : null,
        element("p", {}, details.in_stock ? "In stock" : "Sold out"),
        element("button", { type: "button", class: "main", disabled: !details.in_stock, onclick: () => addToCart(details) }, "Add to cart"),
        element("p", {}, details.description),
      ),
    ),
    similar,
  );
  await rail(similar, { intent: "similar", item: id, slot: "mobile-product", limit: 8 }, { whenEmpty: () => null });
}

/** Replace the placeholders of a section by a list of recommendations. */
async function rail(section, question, { canDismiss = false, whenEmpty }) {
  const show = (content) => section.replaceChildren(section.firstElementChild, ...[content].flat().filter(Boolean));
  try {
    const { body } = await call("GET", `recommendations/?${new URLSearchParams(question)}`);
    const cards = body.items.map((item) => card(item, body.recomm_id, canDismiss));
    show(cards.length ? element("ul", { class: "cards" }, cards) : whenEmpty());
  } catch (error) {
    const again = () => (show(loading(question.limit / 2)), rail(section, question, { canDismiss, whenEmpty }));
    show(failure(error, again));
  }
}

function card({ product, reasons }, recommId, canDismiss) {
  const made = element(
    "li",
    { class: "card" },
    element(
      "a",
      { href: `#/product/${product.id}`, onclick: () => openedFrom.set(product.id, recommId) },
      picture(product, "(min-width: 48rem) 14rem, 45vw"),
      element("span", { class: "title" }, product.title),
      element("span", { class: "price" }, price(product.price, product.currency)),
    ),
    reasons[0] ? element("p", { class: "quiet" }, reasons[0].text) : null,
    canDismiss ? element("button", { type: "button", class: "plain", onclick: () => dismiss(made, product, recommId) }, "Not interested", element("span", { class: "unseen" }, ` in ${product.title}`)) : null,
  );
  return made;
}

/** Remove a product from the list. The event waits as long as Undo is offered; a sent one is withdrawn. */
function dismiss(made, product, recommId) {
  const id = report("not_interested", product.id, { recomm_id: recommId }, UNDO_MS);
  const next = made.nextElementSibling ?? made.previousElementSibling;
  const [list, following] = [made.parentElement, made.nextElementSibling];
  made.remove();
  next?.querySelector("a").focus();
  say(`“${product.title}” will not be shown again.`, { label: "Undo", run: () => putBack() }, UNDO_MS);

  async function putBack() {
    try {
      if (!takeBack(id)) await call("DELETE", `recommendations/not-interested/${product.id}/`);
    } catch (error) {
      return say(error.message);
    }
    list.insertBefore(made, following);
    made.querySelector("button").focus();
  }
}
