import { signal, type ReadonlySignal } from "@preact/signals";
import { createRef, options, type RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

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
  return {
    shown,
    ref,
    // The element at once: while it is modal, it gives the focus back, and keys of the page do nothing.
    close() {
      ref.current?.close();
      shown.value = null;
    },
    // Not with the next frame: what is typed meanwhile would be shortcuts of the page.
    open(content) {
      const before = { ...options };
      options.debounceRendering = (draw) => draw();
      shown.value = { content, count: ++count };
      Object.assign(options, before);
    },
    useElement() {
      const current = shown.value?.count;
      useLayoutEffect(() => {
        if (current === undefined) ref.current?.close();
        else if (ref.current?.open === false) ref.current.showModal();
      }, [current]);
    },
    onClose() {
      if (ref.current?.open !== true) shown.value = null;
    },
  };
}
