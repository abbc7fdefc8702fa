import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { link } from "../state/connection.ts";
import { linkToPage } from "../state/shareLink.ts";
import { copyText } from "./copyText.ts";

const OUTCOMES = {
  copying: "",
  copied: "The link is in the clipboard.",
  refused: "This browser does not let the page copy. Copy the link from the field.",
} as const;

/** The link to what the page shows; it is copied at once, where the browser allows that. */
export function Share(): JSX.Element {
  const address = linkToPage(location.origin + location.pathname);
  const outcome = useSignal<keyof typeof OUTCOMES>("copying");
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    outcome.value = (await copyText(address)) ? "copied" : "refused";
    field.current?.focus();
    field.current?.select();
  };
  useEffect(() => void copy(), []);
  return (
    <div class="share">
      <label class="field">
        Link to this view
        <input ref={field} readOnly value={address} aria-describedby="share-hint" />
      </label>
      <p id="share-hint" class="hint">
        It opens the exchange inside the page with this seed, fidelity and speed, the pairs of the board, and this view.
        It holds no key, no address of a service, and no account.
        {link.value?.kind === "service" && " The service that you are connected to is not part of it."}
      </p>
      <p role="status">{OUTCOMES[outcome.value]}</p>
      <button type="button" onClick={() => void copy()}>
        Copy again
      </button>
    </div>
  );
}
