import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Lazy } from "./lazy.tsx";

/** The views whose code can be shown; each has a file in `demo/src/code`. */
export type CodeName = "board" | "desk" | "account" | "agents" | "lab";

/** The lines of this package that make a view; loaded when somebody wants to see them. */
export function ShowCode({ name }: { readonly name: CodeName }): JSX.Element {
  const isOpen = useSignal(false);
  const load = useMemo(
    () => (): Promise<ComponentType> => import("./code.tsx").then(({ viewCode }) => viewCode(name)),
    [name],
  );
  return (
    <details
      class="show-code"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>Show the code</summary>
      {isOpen.value && (
        <div class="code-sheet">
          <Lazy load={load} />
        </div>
      )}
    </details>
  );
}
