import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Lazy } from "./lazy.tsx";

const isOpen = signal(false);

export function openDialog(): void {
  isOpen.value = true;
}

/** Loads the dialog's content on demand. */
async function load(): Promise<ComponentType> {
  return (await import("../views/connection.tsx")).Connection;
}

export function prepareDialog(): void {
  // The dialog reports the failure once it is open.
  load().catch(() => {});
}

/** The drawer with connection settings. */
export function ConnectionDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => {
    isOpen.value = false;
  };
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-labelledby="connection-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      {open && (
        <div class="sheet">
          <div class="head">
            <h2 id="connection-title">Connection</h2>
            <button type="button" class="quiet" onClick={close}>
              Close
            </button>
          </div>
          <Lazy load={load} />
        </div>
      )}
    </dialog>
  );
}
