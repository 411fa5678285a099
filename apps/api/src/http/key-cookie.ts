/** The key of somebody who has logged in with a browser. No script can read it, and no other site makes the browser send it. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

export const KEY_COOKIE = 'wm_key';
const LIFETIME_SECONDS = 30 * 24 * 60 * 60;

/** null: the request carries none. */
export function cookieToken(c: Context): string | null {
  return getCookie(c, KEY_COOKIE) || null;
}

/** @param path the cookie is sent at and below it */
export function setKeyCookie(c: Context, token: string, { path, secure }: { path: string; secure: boolean }): void {
  setCookie(c, KEY_COOKIE, token, { path, secure, httpOnly: true, sameSite: 'Strict', maxAge: LIFETIME_SECONDS });
}

export function clearKeyCookie(c: Context, path: string): void {
  deleteCookie(c, KEY_COOKIE, { path, httpOnly: true, sameSite: 'Strict' });
}
