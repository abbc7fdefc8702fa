import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { forgetSettings } from "../state/setting.ts";
import { shortcutsOn, SHORTCUTS, switchShortcuts } from "../state/shortcuts.ts";
import { setTheme, theme, type Theme, THEMES } from "../state/theme.ts";
import { showDialog } from "./dialogs.tsx";

const NAMES: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

/** Colours, keys, and what this browser keeps. */
export function Settings(): JSX.Element {
  const forgotten = useSignal(false);
  return (
    <>
      <fieldset class="segments">
        <legend>Colours</legend>
        {THEMES.map((name) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => setTheme(name)} />
            <span>{NAMES[name]}</span>
          </label>
        ))}
      </fieldset>
      <section aria-labelledby="keys-title">
        <h3 id="keys-title">Keyboard</h3>
        <ShortcutSwitch />
        <button type="button" class="small" onClick={() => showDialog("shortcuts")}>
          Show the shortcuts
        </button>
      </section>
      <section aria-labelledby="kept-title">
        <h3 id="kept-title">What this browser keeps</h3>
        <p class="hint">
          Choices such as colours, favourites, columns and latency, and the page itself for use without a network. Never
          a key, and nothing of an account.
        </p>
        <button
          type="button"
          class="small"
          onClick={() => {
            forgetSettings();
            forgotten.value = true;
          }}
        >
          Forget these choices
        </button>
        <p role="status">
          {forgotten.value && "Forgotten. What you see now stays until the page closes; new choices are kept again."}
        </p>
      </section>
    </>
  );
}

function ShortcutSwitch(): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={shortcutsOn.value}
        onChange={(event) => switchShortcuts(event.currentTarget.checked)}
      />
      <span>
        Shortcuts of one key
        <small>They never act while you type. Switch them off if you use speech input.</small>
      </span>
    </label>
  );
}

/** Lists what keys do. */
export function Shortcuts(): JSX.Element {
  return (
    <>
      <dl class="keys">
        {SHORTCUTS.map(({ keys, what }) => (
          <div key={keys.join(" ")}>
            <dt>
              {keys.map((key, index) => (
                <>
                  {index > 0 && " then "}
                  <kbd>{key}</kbd>
                </>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <ShortcutSwitch />
    </>
  );
}
