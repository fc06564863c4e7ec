// Example client generated from docs/openapi.yaml: sign up, read a list, report a view, fill the cart, order.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Problem = components["schemas"]["Problem"];
type Refusal = components["schemas"]["Refusal"];
type Answer<Data> = { data?: Data; error?: Problem | Refusal; response: Response };

/** Return the data of a response; throws an Error with the reasons of a refusal. */
function dataOf<Data>({ data, error, response }: Answer<Data>): Data {
  if (data !== undefined) return data;
  const reasons = error?.errors.map((reason) => `${reason.attr ?? "request"}: ${reason.detail}`) ?? [];
  throw new Error(`${response.url} answered ${response.status}. ${reasons.join(" ")}`);
}

/** Sign up or in, which the schema does not cover; return the token. */
export async function enter(address: string, how: "signup" | "login", email: string, password: string): Promise<string> {
  const response = await fetch(`${address}/_allauth/app/v1/auth/${how}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const body = (await response.json()) as { meta?: { session_token?: string } };
  if (!body.meta?.session_token) throw new Error(`${how} was answered with ${response.status}.`);
  return body.meta.session_token;
}

/** Order two of the first product recommended to a new account; return the order's number. */
export async function shop(address: string, email: string, password: string): Promise<string> {
  const token = await enter(address, "signup", email, password);
  const api = createClient<paths>({ baseUrl: address, headers: { "X-Session-Token": token } });

  const list = dataOf(
    await api.GET("/api/v1/recommendations/", { params: { query: { intent: "for_you", slot: "app-home", limit: 5 } } }),
  );
  const first = list.items[0];
  if (!first) throw new Error("Nothing is for sale.");
  const product = first.product.id;

  const view: components["schemas"]["EventRequest"] = {
    id: crypto.randomUUID(),
    kind: "view",
    product,
    recomm_id: list.recomm_id,
  };
  dataOf(await api.POST("/api/v1/events/", { body: { events: [view] } }));

  dataOf(
    await api.POST("/api/v1/cart/items/", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: { product_id: product, quantity: 1 },
    }),
  );
  const { response } = await api.GET("/api/v1/cart/");
  const cart = dataOf(
    await api.PUT("/api/v1/cart/items/{product_id}/", {
      params: { path: { product_id: product }, header: { "If-Match": response.headers.get("ETag") ?? "*" } },
      body: { quantity: 2 },
    }),
  );

  const order = dataOf(
    await api.POST("/api/v1/checkout/", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: {
        full_name: "App Shopper",
        email,
        street: "1 Some Street",
        postal_code: "10115",
        city: "Sometown",
        country: "Somewhere",
        expected_total: cart.total,
      },
    }),
  );
  return order.number;
}
