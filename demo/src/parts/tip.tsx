import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";

interface TipProps {
  /** What describes the content: the `aria-describedby` of its control. */
  readonly id: string;
  readonly text: string;
  readonly children: ComponentChildren;
}

const MARGIN = 8;

/** An explanation that is seen while the pointer or the focus is on its content. Escape closes it. */
export function Tip({ id, text, children }: TipProps): JSX.Element {
  const isClosed = useSignal(false);
  const box = useRef<HTMLSpanElement>(null);
  const reopen = (): void => {
    isClosed.value = false;
  };
  /** Moves the box to the left if it would leave the page. */
  const place = (): void => {
    if (box.current === null) return;
    box.current.style.translate = "none";
    const { right } = box.current.getBoundingClientRect();
    const beyond = right + MARGIN - document.documentElement.clientWidth;
    if (beyond > 0) box.current.style.translate = `${-beyond}px`;
  };
  return (
    <span
      class="tip"
      data-closed={isClosed.value}
      onPointerEnter={place}
      onFocusIn={place}
      onKeyDown={(event) => {
        if (event.key === "Escape") isClosed.value = true;
      }}
      onPointerLeave={reopen}
      onFocusOut={reopen}
    >
      {children}
      <span role="tooltip" id={id} ref={box}>
        {text}
      </span>
    </span>
  );
}
