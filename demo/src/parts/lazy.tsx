import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

type State = "loading" | "failed" | { readonly Component: ComponentType };

interface LazyProps {
  /** Null while it is not needed yet. */
  readonly load: (() => Promise<ComponentType>) | null;
  /** Shown until it is loaded. */
  readonly children?: ComponentChildren;
}

/** A part whose code is loaded when it is first shown. */
export function Lazy({ load, children }: LazyProps): JSX.Element {
  const state = useSignal<State>("loading");
  const attempts = useSignal(0);
  useEffect(() => {
    let isShown = true;
    const set = (next: State): void => {
      if (isShown) state.value = next;
    };
    load?.().then(
      (Component) => set({ Component }),
      () => set("failed"),
    );
    return () => {
      isShown = false;
    };
  }, [load, attempts.value]);
  if (state.value === "loading") return <>{children ?? <p class="empty loading">Loading…</p>}</>;
  if (state.value !== "failed") {
    const { Component } = state.value;
    return <Component />;
  }
  return (
    <div class="notice" role="alert">
      <p>
        This part of the page could not be loaded. The network may be down, or a newer version of the page has replaced
        it.
      </p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            state.value = "loading";
            attempts.value += 1;
          }}
        >
          Try again
        </button>
        {/* Some browsers remember that a script could not be loaded until the page is loaded again. */}
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    </div>
  );
}
