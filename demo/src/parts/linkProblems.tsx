import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { showDialog } from "./dialogs.tsx";

const problems = signal<readonly string[]>([]);

/** Tells what the page could not take from its address. */
export function tellLinkProblems(next: readonly string[]): void {
  problems.value = next;
  if (next.length > 0) showDialog("link");
}

export function LinkProblems(): JSX.Element {
  return (
    <div>
      <p>The page opened without these parts of its link:</p>
      <ul class="list">
        {problems.value.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}
