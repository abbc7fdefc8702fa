// Short messages that disappear by themselves, unless somebody reads them with the pointer or the focus on them.
import { effect, signal } from "@preact/signals";

export type Tone = "good" | "bad";

export interface Toast {
  readonly key: string;
  readonly text: string;
  readonly tone: Tone;
  /** In milliseconds of `performance.now()`. */
  readonly until: number;
}

/** Milliseconds for which a toast is shown. */
export const LIFETIME = 6000;
/** A toast stays for at least this many milliseconds after the pointer or the focus has left it. */
const GRACE = 2000;
const MAX_TOASTS = 4;

/** Oldest first. */
export const toasts = signal<readonly Toast[]>([]);
/** What screen readers say. */
export const announced = signal("");
/** Whether the pointer or the focus is on the toasts; they stay meanwhile. */
export const held = signal(false);
let count = 0;

/** Adds a message. One with the same key is replaced; the oldest of too many gives way. */
export function addToast(text: string, tone: Tone, key = `toast ${++count}`): void {
  const next: Toast = { key, text, tone, until: performance.now() + LIFETIME };
  const others = toasts.peek().filter((shown) => shown.key !== key);
  // None disappears under the pointer or the focus.
  toasts.value = [...others, next].slice(held.peek() ? 0 : -MAX_TOASTS);
  announced.value = text;
}

export function dismiss(key: string): void {
  const others = toasts.peek().filter((shown) => shown.key !== key);
  if (others.length < toasts.peek().length) toasts.value = others;
}

/** Holds the toasts, or lets time go on for them. */
export function hold(on: boolean): void {
  if (held.peek() === on) return;
  if (!on) {
    const earliest = performance.now() + GRACE;
    toasts.value = toasts.peek().map((shown) => Object.assign({}, shown, { until: Math.max(shown.until, earliest) }));
  }
  held.value = on;
}

/** Removes toasts when their time is over; returns a function that stops it. */
export function followToasts(): () => void {
  return effect(() => {
    const shown = toasts.value;
    if (held.value || shown.length === 0) return undefined;
    const wait = Math.min(...shown.map(({ until }) => until)) - performance.now();
    const timer = setTimeout(
      () => {
        const now = performance.now();
        toasts.value = toasts.peek().filter(({ until }) => until > now);
      },
      Math.max(0, wait) + 1,
    );
    return () => clearTimeout(timer);
  });
}
