import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

interface DetailsProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What is shown on request only; while it is closed, nothing of it is rendered. */
export function Details({ label, children }: DetailsProps): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <details
      class="details"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{label}</summary>
      {isOpen.value && children}
    </details>
  );
}
