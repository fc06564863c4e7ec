// Requests to the shop: tokens, ETags, errors, and a lost network.

export const ADDRESS = document.querySelector("meta[name=kindred-api]").content;
const V1 = "/api/v1/";
const ACCOUNT = "/_allauth/app/v1/auth/";
const ROTATE_AFTER_MS = 24 * 60 * 60 * 1000;
const known = new Map(); // path → {etag, body}

/** Refusal of the shop: `problems` has one {code, detail, attr} for each reason. */
export class Refused extends Error {
  constructor(status, problems, retryAfter) {
    super(problems.map((problem) => problem.detail).join(" ") || `The shop answered ${status}.`);
    Object.assign(this, { status, problems, retryAfter });
  }
}

/** No answer at all. */
export class Offline extends Error {
  constructor() {
    super("The shop cannot be reached. Check your connection and try again.");
  }
}

export const newId = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
  );

const stored = (name) => JSON.parse(localStorage.getItem(name) ?? "null");
const store = (name, value) =>
  value === null ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(value));

export const session = {
  get email() {
    return stored("session")?.email ?? null;
  },
  keep(token, email) {
    store("session", { token, email, since: Date.now() });
    known.clear();
    document.dispatchEvent(new Event("session"));
  },
  end() {
    store("session", null);
    known.clear();
    document.dispatchEvent(new Event("session"));
  },
};

function headersOf(body, more) {
  const headers = { Accept: "application/json", ...more };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const account = stored("session");
  const visitor = stored("visitor");
  if (account) headers["X-Session-Token"] = account.token;
  if (visitor) headers["X-Visitor-Token"] = visitor;
  return headers;
}

async function send(method, path, { body, headers, keepalive } = {}) {
  let response;
  try {
    response = await fetch(ADDRESS + path, {
      method,
      headers: headersOf(body, headers),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      keepalive,
    });
  } catch {
    document.dispatchEvent(new CustomEvent("reached", { detail: false }));
    throw new Offline();
  }
  document.dispatchEvent(new CustomEvent("reached", { detail: true }));
  const visitor = response.headers.get("X-Visitor-Token");
  if (visitor) store("visitor", visitor);
  // The token has expired. Reads go on without an account; changes are left to the shopper to repeat.
  if (response.status === 401 && method === "GET" && path.startsWith(V1) && stored("session")) {
    session.end();
    return send(method, path, { body, headers, keepalive });
  }
  return response;
}

async function bodyOf(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** Throw the reasons of an error response, in the shape of the shop or of the sign-in. */
function refuse(response, body) {
  const problems = (body?.errors ?? []).map((error) => ({
    code: error.code,
    detail: error.detail ?? error.message,
    attr: error.attr ?? error.param ?? null,
  }));
  if (response.status === 401 && stored("session")) session.end();
  throw new Refused(response.status, problems, Number(response.headers.get("Retry-After")) || 0);
}

/** Call an operation of version 1; returns {status, body, etag}. */
export async function call(method, path, options = {}) {
  const response = await send(method, V1 + path, options);
  const body = await bodyOf(response);
  if (!response.ok) refuse(response, body);
  return { status: response.status, body, etag: response.headers.get("ETag") };
}

/** Read a resource with an ETag: it is sent again only after a change; without a network the last one is returned. */
export async function read(path) {
  const before = known.get(path);
  let response;
  try {
    response = await send("GET", V1 + path, { headers: before ? { "If-None-Match": before.etag } : {} });
  } catch (error) {
    if (error instanceof Offline && before) return before.body;
    throw error;
  }
  if (response.status === 304) return before.body;
  const body = await bodyOf(response);
  if (!response.ok) refuse(response, body);
  const etag = response.headers.get("ETag");
  if (etag) known.set(path, { etag, body });
  return body;
}

/** Sign up or in (`how`: "signup" or "login"). The visitor's cart and history become the account's. */
export async function enter(how, email, password) {
  const response = await send("POST", ACCOUNT + how, { body: { email, password } });
  const body = await bodyOf(response);
  const token = body?.meta?.session_token;
  if (!response.ok || !token) refuse(response, body);
  store("visitor", null);
  session.keep(token, email);
}

/** End the session, and with it the token. The shop answers 401: nobody is signed in. */
export async function leave() {
  await send("DELETE", `${ACCOUNT}session`);
  session.end();
}

/** Exchange a token that is a day old for a new one, so that a stolen one soon expires. With the same key the
 * shop returns the same new token for ten minutes, in case the answer was lost. */
export async function rotateOldToken() {
  const account = stored("session");
  if (!account || (!account.exchange && Date.now() - account.since < ROTATE_AFTER_MS)) return;
  const exchange = account.exchange ?? newId();
  store("session", { ...account, exchange });
  const { body } = await call("POST", "token/rotate/", { headers: { "Idempotency-Key": exchange } });
  session.keep(body.session_token, account.email);
}
