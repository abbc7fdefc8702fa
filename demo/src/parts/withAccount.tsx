import type { ComponentChildren, JSX } from "preact";
import { keyRefused } from "../state/calls.ts";
import { link } from "../state/connection.ts";
import { openDialog } from "./connectionDialog.tsx";

interface WithAccountProps {
  readonly children: ComponentChildren;
  /** Shows nothing without an account, because something else on the screen asks for the key. */
  readonly quiet?: boolean;
}

/** Content that needs an account, or a prompt to enter a key. */
export function WithAccount({ children, quiet = false }: WithAccountProps): JSX.Element | null {
  const refusal = keyRefused.value;
  if (link.value === null || (link.value.hasAccount && refusal === null)) return <>{children}</>;
  if (quiet) return null;
  const what = link.value.credential;
  return (
    <div class="empty">
      <p>
        {refusal === null
          ? "No key was given for this service, so there is no account to show."
          : `The service does not accept the ${what}: ${refusal}`}
      </p>
      <button type="button" onClick={openDialog}>
        {refusal === null ? "Enter a key" : `Enter another ${what}`}
      </button>
    </div>
  );
}
