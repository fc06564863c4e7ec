// Pages by address, and the frame around them.

import { accountPage } from "./account.js";
import { rotateOldToken, session } from "./api.js";
import { cartPage, checkoutPage, refreshCart } from "./cart.js";
import { home, product } from "./catalogue.js";
import { element, emptyState, failure } from "./elements.js";
import { flush } from "./events.js";

const PAGES = [
  [/^$/, home, "For you"],
  [/^product\/([0-9a-f-]+)$/, product, "Product"],
  [/^cart$/, cartPage, "Cart"],
  [/^checkout$/, checkoutPage, "Check out"],
  [/^account$/, accountPage, "Account"],
];
const main = document.getElementById("main");
let shown = 0;

async function show() {
  const path = location.hash.replace(/^#\/?/, "");
  const page = PAGES.find(([pattern]) => pattern.test(path));
  const number = ++shown;
  // A slow page must not overwrite one that was opened meanwhile.
  const place = element("div", { class: "page" });
  main.replaceChildren(place);
  if (!page) return place.append(emptyState("Page not found", "There is no such page."));
  const [pattern, build, title] = page;
  document.title = `${title} · Kindred`;
  try {
    await build(place, ...pattern.exec(path).slice(1));
  } catch (error) {
    if (number === shown) place.replaceChildren(failure(error, show));
    else return;
  }
  const heading = place.querySelector("h1");
  if (heading) document.title = `${heading.textContent} · Kindred`;
  if (number > 1 && number === shown) main.focus({ preventScroll: true });
}

function showAccount() {
  document.getElementById("account-link").textContent = session.email ? "Account" : "Sign in";
  refreshCart().catch(() => {});
}

addEventListener("hashchange", () => {
  scrollTo(0, 0);
  show();
});
document.addEventListener("reached", ({ detail }) => (document.getElementById("offline").hidden = detail));
document.addEventListener("session", showAccount);
addEventListener("offline", () => (document.getElementById("offline").hidden = false));

await rotateOldToken().catch(() => {});
await show();
showAccount();
flush();
