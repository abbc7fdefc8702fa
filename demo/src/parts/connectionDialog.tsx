import type { ComponentType, JSX } from "preact";
import { Boundary } from "./boundary.tsx";
import { Lazy } from "./lazy.tsx";
import { createModal } from "./modal.ts";

const modal = createModal<true>();

export function openDialog(): void {
  modal.open(true);
}

/** Loads the dialog's content on demand. */
async function load(): Promise<ComponentType> {
  return (await import("./connection.tsx")).Connection;
}

export function prepareDialog(): void {
  // The dialog reports the failure once it is open.
  load().catch(() => {});
}

/** The drawer with connection settings. */
export function ConnectionDialog(): JSX.Element {
  modal.useElement();
  const { close } = modal;
  const shown = modal.shown.value;
  return (
    <dialog
      ref={modal.ref}
      class="drawer"
      aria-labelledby="connection-title"
      onClose={modal.onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {shown !== null && (
        <div key={shown.count} class="sheet">
          <div class="head">
            <h2 id="connection-title">Connection</h2>
            <button type="button" class="quiet" onClick={close}>
              Close
            </button>
          </div>
          <Boundary what="The connection">
            <Lazy load={load} />
          </Boundary>
        </div>
      )}
    </dialog>
  );
}
