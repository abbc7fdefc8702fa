// The field above the list of markets, which is there before the code of the list is.
import { signal } from "@preact/signals";
import type { JSX } from "preact";

/** What is looked for. */
export const marketText = signal("");

/** Whether the first pair that is found is to be opened as soon as the list is loaded. */
export const enterPressed = signal(false);

/** Takes what is typed until the list is loaded. */
export function MarketSearch(): JSX.Element {
  return (
    <div class="markets">
      <label class="field">
        Find a pair
        <input
          autofocus
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="doge"
          value={marketText}
          onInput={(event) => {
            marketText.value = event.currentTarget.value;
          }}
          onKeyDown={({ key, isComposing }) => {
            enterPressed.value = key === "Enter" && !isComposing;
          }}
        />
      </label>
      <p class="empty">Loading…</p>
    </div>
  );
}
