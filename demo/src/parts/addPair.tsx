import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { MAX_SYMBOLS, selectionText, setSymbols, symbols } from "../state/board.ts";
import { PairCombobox } from "./pairCombobox.tsx";

let taken: { readonly text: string; readonly hadFocus: boolean } | null = null;

/** Goes on with what was typed into the field that was there before. */
export function takeOver(before: HTMLInputElement | null): void {
  taken = before === null ? null : { text: before.value, hadFocus: document.activeElement === before };
}

/** Adds a pair to the board. */
export function AddPair(): JSX.Element {
  const text = useSignal("");
  const said = useSignal("");
  useLayoutEffect(() => {
    const field = document.querySelector<HTMLInputElement>("#add-pair");
    if (taken?.hadFocus === true) field?.focus();
    if (field !== null && taken !== null && taken.text !== "") {
      field.value = taken.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    taken = null;
  }, []);
  const add = (symbol: string): void => {
    const before = symbols.peek();
    text.value = "";
    if (before.includes(symbol)) said.value = `${symbol} is already on the board.`;
    else if (before.length >= MAX_SYMBOLS) said.value = `The board is full. Remove a pair, then add ${symbol}.`;
    else {
      setSymbols([...before, symbol]);
      said.value = `${symbol} is on the board.`;
    }
  };
  return (
    <>
      <PairCombobox
        id="add-pair"
        label="Add a pair"
        placeholder="DOGEUSDT"
        text={text}
        onChoose={add}
        describedBy="add-pair-hint"
      />
      <p id="add-pair-hint" class="hint" role="status">
        {said} {selectionText()}
      </p>
    </>
  );
}
