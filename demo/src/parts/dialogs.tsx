// Dialogs whose content is loaded when they are first opened.
import type { ComponentType, JSX } from "preact";
import { Lazy } from "./lazy.tsx";
import { enterPressed, MarketSearch, marketText } from "./marketSearch.tsx";
import { createModal } from "./modal.ts";

interface Content {
  readonly title: string;
  readonly load: () => Promise<ComponentType>;
}

const CONTENTS = {
  markets: { title: "All markets", load: async () => (await import("./marketList.tsx")).MarketList },
  share: { title: "Share", load: async () => (await import("./share.tsx")).Share },
  settings: { title: "Settings", load: async () => (await import("./settings.tsx")).Settings },
  shortcuts: { title: "Keyboard shortcuts", load: async () => (await import("./settings.tsx")).Shortcuts },
  link: {
    title: "Some of this link was not understood",
    load: async () => (await import("./linkProblems.tsx")).LinkProblems,
  },
} as const satisfies Readonly<Record<string, Content>>;

export type DialogName = keyof typeof CONTENTS;

const modal = createModal<DialogName>();

export const { close: closeDialog } = modal;

export function showDialog(name: DialogName): void {
  marketText.value = "";
  enterPressed.value = false;
  modal.open(name);
}

/** The dialog that is open. When it closes, the focus returns to where it was. */
export function Dialogs(): JSX.Element {
  modal.useElement();
  const shown = modal.shown.value;
  return (
    <dialog
      ref={modal.ref}
      class="drawer"
      aria-labelledby="dialog-title"
      onClose={modal.onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) closeDialog();
      }}
    >
      {shown !== null && (
        <div class="sheet">
          <div class="head">
            <h2 id="dialog-title">{CONTENTS[shown.content].title}</h2>
            <button type="button" class="quiet" onClick={closeDialog}>
              Close
            </button>
          </div>
          <Lazy key={shown.count} load={CONTENTS[shown.content].load}>
            {shown.content === "markets" ? <MarketSearch /> : undefined}
          </Lazy>
        </div>
      )}
    </dialog>
  );
}
