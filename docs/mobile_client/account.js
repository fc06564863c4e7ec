// Signing up, in and out, and the orders of the account.

import { call, enter, leave, session } from "./api.js";
import { element, price, say } from "./elements.js";

export async function accountPage(main) {
  return session.email ? orders(main) : signIn(main);
}

function signIn(main) {
  const wrong = element("p", { class: "problem", role: "alert" });
  const form = element(
    "form",
    { class: "fields" },
    element("label", {}, "Email address", element("input", { name: "email", type: "email", autocomplete: "username", required: true })),
    element("label", {}, "Password", element("input", { name: "password", type: "password", autocomplete: "current-password", required: true, minlength: 8 })),
    wrong,
    element("button", { class: "main", value: "login" }, "Sign in"),
    element("button", { value: "signup" }, "Create an account"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const how = event.submitter?.value ?? "login";
    const { email, password } = Object.fromEntries(new FormData(form));
    wrong.textContent = "";
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      await enter(how, email, password);
      say(how === "signup" ? "Welcome. Your cart came along." : "Welcome back.");
      location.hash = "#/";
    } catch (error) {
      wrong.textContent = error.message;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    }
  });
  main.replaceChildren(element("h1", {}, "Sign in"), element("p", {}, "What you looked at and put into the cart becomes your account's."), form);
}

async function orders(main) {
  const { body } = await call("GET", "orders/?limit=20");
  main.replaceChildren(
    element("h1", {}, "Account"),
    element("p", {}, session.email),
    element("h2", {}, "Orders"),
    body.results.length
      ? element("ul", { class: "lines" }, body.results.map((order) => element("li", {}, element("div", {}, `${order.number}, ${order.lines.length} products`), element("strong", {}, price(order.total, order.currency)))))
      : element("p", { class: "quiet" }, "None yet."),
    element("button", { type: "button", onclick: () => leave().then(() => (location.hash = "#/"), (error) => say(error.message)) }, "Sign out"),
  );
}
