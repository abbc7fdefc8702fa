import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A question to the person at the page, before something is done. */
export interface Question {
  readonly title: string;
  /** Why it is asked. */
  readonly reasons: readonly string[];
  /** What the button that goes on says. */
  readonly action: string;
}

const asked = signal<{ readonly question: Question; readonly answer: (yes: boolean) => void } | null>(null);

/** Asks; resolves to true only if the person says yes. */
export function ask(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer(yes) {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}

/** Shows the question that is asked. The focus returns to where it was. */
export function AskDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const current = asked.value;
  useEffect(() => {
    if (current === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [current]);
  // Closed first: the dialog can give the focus back only while it still holds it.
  const answer = (yes: boolean): void => {
    dialog.current?.close();
    current?.answer(yes);
  };
  return (
    <dialog
      ref={dialog}
      class="ask"
      role="alertdialog"
      aria-labelledby="ask-title"
      aria-describedby="ask-reasons"
      onClose={() => asked.peek()?.answer(false)}
    >
      {current !== null && (
        <>
          <h2 id="ask-title">{current.question.title}</h2>
          <div id="ask-reasons">
            {current.question.reasons.map((reason) => (
              <p key={reason}>{reason}</p>
            ))}
          </div>
          <div class="buttons">
            <button type="button" autofocus onClick={() => answer(false)}>
              Back
            </button>
            <button type="button" class="primary" onClick={() => answer(true)}>
              {current.question.action}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}
