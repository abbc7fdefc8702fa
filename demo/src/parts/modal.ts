import { signal, type ReadonlySignal } from "@preact/signals";
import { createRef, type RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** What a modal dialog shows, and how often it has been opened. */
export interface Shown<T> {
  readonly content: T;
  readonly count: number;
}

export interface Modal<T> {
  readonly shown: ReadonlySignal<Shown<T> | null>;
  readonly open: (content: T) => void;
  readonly close: () => void;
  /** Keeps the element and the state in step. Call it in the component that renders the dialog. */
  readonly useElement: () => void;
  readonly ref: RefObject<HTMLDialogElement | null>;
  /** For the element's `onClose`, which the browser sends late: by then it may be open again. */
  readonly onClose: () => void;
}

export function createModal<T>(): Modal<T> {
  const shown = signal<Shown<T> | null>(null);
  const ref = createRef<HTMLDialogElement>();
  let count = 0;
  /** For which content the element was opened last. */
  let openedFor = 0;
  const show = (): void => {
    openedFor = count;
    if (ref.current?.open === false) ref.current.showModal();
  };
  return {
    shown,
    ref,
    // The element at once: while it is modal, it gives the focus back, and keys of the page do nothing.
    close() {
      ref.current?.close();
      shown.value = null;
    },
    open(content) {
      const isOpen = shown.peek() !== null;
      shown.value = { content, count: ++count };
      // The browser may have closed it, and say so later.
      if (isOpen) show();
    },
    useElement() {
      const current = shown.value?.count;
      useEffect(() => {
        if (current === undefined) ref.current?.close();
        else show();
      }, [current]);
    },
    onClose() {
      // What has not been opened yet was not closed.
      if (ref.current?.open !== true && openedFor === count) shown.value = null;
    },
  };
}
