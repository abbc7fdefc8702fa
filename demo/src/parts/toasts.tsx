// Toasts: they have a place of their own in the document, so that they need no space in the first script.
import { render, type JSX } from "preact";
import { addToast, announced, dismiss, followToasts, hold, toasts, type Tone } from "../state/toasts.ts";
import { createFillTeller } from "../state/fills.ts";

let place: HTMLElement | undefined;

/** Shows a message for a few seconds, and has screen readers say it. One with the same key is replaced. */
export function toast(text: string, tone: Tone = "good", key?: string): void {
  if (place === undefined) {
    place = document.createElement("div");
    document.body.append(place);
    render(<Toasts />, place);
    followToasts();
  }
  addToast(text, tone, key);
}

/** Tells of an order of the own account if it has been filled. */
export const tellFill = createFillTeller(toast);

function Toasts(): JSX.Element {
  return (
    <>
      <p class="visually-hidden" role="status">
        {announced.value}
      </p>
      {toasts.value.length > 0 && (
        <section
          class="toasts"
          aria-label="Notifications"
          onPointerEnter={() => hold(true)}
          onPointerLeave={(event) => hold(event.currentTarget.contains(document.activeElement))}
          onFocusIn={() => hold(true)}
          onFocusOut={(event) => hold(event.currentTarget.contains(event.relatedTarget as Node | null))}
          onKeyDown={(event) => {
            if (event.key === "Escape") for (const { key } of toasts.peek()) remove(key);
          }}
        >
          {toasts.value.map(({ key, text, tone }) => (
            <div key={key} class="toast" data-tone={tone}>
              <span aria-hidden="true">{tone === "good" ? "✓" : "✕"}</span>
              <p>{text}</p>
              <button type="button" class="quiet" aria-label={`Dismiss: ${text}`} onClick={() => remove(key)}>
                ×
              </button>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

/** Removes a toast; the focus goes to another one, or back to the page. */
function remove(key: string): void {
  const hadFocus = document.querySelector(".toasts")?.contains(document.activeElement) === true;
  dismiss(key);
  hold(toasts.peek().length > 0);
  if (!hadFocus) return;
  requestAnimationFrame(() => {
    const next = document.querySelector<HTMLElement>(".toast button") ?? document.querySelector<HTMLElement>("#main");
    if (document.activeElement === document.body) next?.focus();
  });
}
