import type { ComponentChildren, JSX } from "preact";
import { link } from "../state/connection.ts";
import { openDialog } from "./connectionDialog.tsx";

/** What needs an account, or how to get one. */
export function WithAccount({ children }: { readonly children: ComponentChildren }): JSX.Element {
  if (link.value === null || link.value.hasAccount) return <>{children}</>;
  return (
    <div class="empty">
      <p>This service was opened without a key: there is no account to show.</p>
      <button type="button" onClick={openDialog}>
        Enter a key
      </button>
    </div>
  );
}
