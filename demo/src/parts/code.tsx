// Source text: coloured, to scroll and to copy.
import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import { copyText } from "./copyText.ts";
import type { CodeName } from "./showCode.tsx";

const SOURCES: Readonly<Record<CodeName, () => Promise<{ readonly default: string }>>> = {
  board: () => import("../code/board.ts?raw"),
  desk: () => import("../code/desk.ts?raw"),
  account: () => import("../code/account.ts?raw"),
  agents: () => import("../code/agents.ts?raw"),
  lab: () => import("../code/lab.ts?raw"),
};

/** The component that shows a view's code. */
export async function viewCode(name: CodeName): Promise<ComponentType> {
  const { default: text } = await SOURCES[name]();
  return () => (
    <>
      <p class="hint">A complete program: save it as {name}.mjs beside the installed package and run it.</p>
      <Code text={text} label={`Code of the ${name} view`} />
    </>
  );
}

/** Comments, strings and keywords; everything else stays plain. */
const TOKENS =
  /(?<comment>\/\/.*)|(?<string>"[^"\n]*"|`[^`]*`)|\b(?<keyword>import|from|const|let|new|await|for|of|if|else|return|as|async|export|function|type|throw|try|catch|instanceof)\b/g;

/** Source text with a button that copies it. */
export function Code({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const said = useSignal("");
  const source = useRef<HTMLPreElement>(null);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text);
    // The person can copy the selection.
    if (!isCopied && source.current !== null) getSelection()?.selectAllChildren(source.current);
    said.value = isCopied ? "Copied." : "Selected; copy it with the keyboard.";
  };
  return (
    <div class="code">
      <p class="copy">
        <span role="status">{said.value}</span>
        <button type="button" class="small" onClick={() => void copy()}>
          Copy
        </button>
      </p>
      <pre ref={source} tabIndex={0} role="region" aria-label={label}>
        {highlight(text.trimEnd())}
      </pre>
    </div>
  );
}

function highlight(text: string): readonly (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0];
    parts.push(text.slice(end, match.index), <span class={`code-${kind ?? ""}`}>{match[0]}</span>);
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}
