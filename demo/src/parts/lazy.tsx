import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

/** A view whose code is loaded when it is first shown. */
export function Lazy({ load }: { readonly load: () => Promise<ComponentType> }): JSX.Element {
  const view = useSignal<{ readonly Component: ComponentType } | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    load().then(
      (Component) => {
        view.value = { Component };
      },
      () => {
        failed.value = true;
      },
    );
  }, [load]);
  if (failed.value) return <p class="notice">This part of the page could not be loaded. Is the page still served?</p>;
  if (view.value === null) return <p class="empty">Loading…</p>;
  const { Component } = view.value;
  return <Component />;
}
