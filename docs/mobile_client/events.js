// Events, reported in batches. Each has an id, so that one sent twice counts once: events without an answer are sent
// again, even after the page was closed or the network was lost.

import { Offline, Refused, call, newId } from "./api.js";

const KEY = "events";
const MOST_IN_A_BATCH = 100;
const MOST_WAITING = 1000;
const TOO_OLD_MS = 7 * 24 * 60 * 60 * 1000;
const SOON_MS = 1500;
const LATER_MS = 20000;
export const UNDO_MS = 6000;

const waiting = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (events) => localStorage.setItem(KEY, JSON.stringify(events.slice(-MOST_WAITING)));
let timer = 0;
let sending = false;

/** Store an event and return its id. It is sent after `afterMs` at the earliest, and can be withdrawn until then. */
export function report(kind, product, details = {}, afterMs = 0) {
  const event = { id: newId(), kind, product, occurred_at: new Date().toISOString(), ...details };
  keep([...waiting(), { event, from: Date.now() + afterMs }]);
  plan(Math.max(afterMs, SOON_MS));
  return event.id;
}

/** Withdraw an event; return false when it was sent already. */
export function takeBack(id) {
  const all = waiting();
  const left = all.filter((entry) => entry.event.id !== id);
  keep(left);
  return left.length < all.length;
}

/** Send waiting events. `isLast`: the page closes, so also those that could still be withdrawn. */
export async function flush(isLast = false) {
  clearTimeout(timer);
  const now = Date.now();
  const due = waiting()
    .filter((entry) => isLast || entry.from <= now)
    .slice(0, MOST_IN_A_BATCH);
  if (sending || due.length === 0) return plan(LATER_MS);
  sending = true;
  let next = SOON_MS;
  try {
    const events = due.map((entry) => entry.event);
    const { status, body } = await call("POST", "events/", { body: { events }, keepalive: isLast });
    if (status === 207) console.info("Events the shop refused:", body.refused);
    forget(due);
  } catch (error) {
    // 400 and 403 are final: the whole batch is invalid, or unwanted. Other errors may pass.
    if (error instanceof Refused && [400, 403].includes(error.status)) forget(due);
    next = error instanceof Refused && error.retryAfter ? error.retryAfter * 1000 : LATER_MS;
    if (!(error instanceof Offline || error instanceof Refused)) throw error;
  } finally {
    sending = false;
    plan(next);
  }
}

function forget(entries) {
  const done = new Set(entries.map((entry) => entry.event.id));
  keep(waiting().filter((entry) => !done.has(entry.event.id)));
}

function plan(ms) {
  clearTimeout(timer);
  const youngest = Date.now() - TOO_OLD_MS;
  const left = waiting().filter((entry) => Date.parse(entry.event.occurred_at) > youngest);
  if (left.length) timer = setTimeout(flush, Math.max(ms, Math.min(...left.map((entry) => entry.from)) - Date.now()));
}

addEventListener("online", () => flush());
addEventListener("pagehide", () => flush(true));
