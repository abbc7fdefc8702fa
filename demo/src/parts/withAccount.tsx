import type { ComponentChildren, JSX } from "preact";
import { link } from "../state/connection.ts";
import { openDialog } from "./connectionDialog.tsx";

/** Content that needs an account, or a prompt to enter a key. */
export function WithAccount({ children }: { readonly children: ComponentChildren }): JSX.Element {
  if (link.value === null || link.value.hasAccount) return <>{children}</>;
  return (
    <div class="empty">
      <p>No key was given for this service, so there is no account to show.</p>
      <button type="button" onClick={openDialog}>
        Enter a key
      </button>
    </div>
  );
}
