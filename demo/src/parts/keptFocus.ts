import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface FocusHandlers {
  readonly onFocusIn: (event: FocusEvent) => void;
  readonly onFocusOut: (event: FocusEvent) => void;
}

/** Moves the focus to `fallback` when what had it has gone, such as the row of an order that is no longer open. */
export function useKeptFocus(fallback: RefObject<HTMLElement | null>): FocusHandlers {
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (last.current === null || last.current.isConnected) return;
    last.current = null;
    if (document.activeElement === document.body) fallback.current?.focus();
  });
  return {
    onFocusIn(event) {
      last.current = event.target as Element;
    },
    onFocusOut({ target }) {
      // Some browsers send this for elements that are being removed, too.
      queueMicrotask(() => {
        if (last.current === target && last.current?.isConnected === true) last.current = null;
      });
    },
  };
}
