/** The expiry of certificates and keys. Times are milliseconds since the epoch. Pure. */
import { counted } from "../io/layout";

/** From how many days before the expiry of a certificate or a key on it expires soon. */
export const defaultExpiryDays = 30;
const dayMs = 86_400_000;

/** Whether a certificate or a key that expires at a time does so soon. */
export function expiresSoon(expiresAt: number, now: number, expiryDays: number): boolean {
  return expiresAt <= now + expiryDays * dayMs;
}

/** Returns a text such as `in 12 days (2026-12-24)`. */
export function inText(expiresAt: number, now: number): string {
  return `in ${daysText(expiresAt - now)} (${dayOf(expiresAt) ?? "unknown"})`;
}

/** Returns a text such as `12 days ago (2026-12-24)`. */
export function agoText(expiresAt: number, now: number): string {
  return `${daysText(now - expiresAt)} ago (${dayOf(expiresAt) ?? "unknown"})`;
}

/** Returns the day of a time, such as `2026-12-24`; `undefined` if no date is that. */
export function dayOf(time: number): string | undefined {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString().slice(0, 10) : undefined;
}

function daysText(ms: number): string {
  return counted(Math.floor(ms / dayMs), "day");
}
