import { useComputed, useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pairs } from "../state/board.ts";
import { favourites, toggleFavourite } from "../state/favourites.ts";
import { followMarkets } from "../state/markets.ts";
import { findPairs } from "../state/pairSearch.ts";
import { count } from "./format.ts";
import { moveActive } from "./listKeys.ts";
import { LiveChange, LivePrice, Star, Volume } from "./pairFigures.tsx";

interface PairComboboxProps {
  readonly id: string;
  readonly label: string;
  readonly text: Signal<string>;
  readonly onChoose: (symbol: string) => void;
  /** The field is left, or Esc pressed: the text may be given up. */
  readonly onLeave?: () => void;
  readonly placeholder?: string;
  /** The id of more that is said about the field. */
  readonly describedBy?: string;
}

/** More rows nobody reads; typing finds the others. */
const SHOWN = 100;
const PAGE = 8;

/** A field that finds a pair by a part of its name. The focus stays in the field, as in ARIA's pattern of a combobox. */
export function PairCombobox(props: PairComboboxProps): JSX.Element {
  const { id, label, text, onChoose, onLeave, placeholder, describedBy } = props;
  const open = useSignal(false);
  /** Whether the text is what to look for, or what was chosen before. */
  const typed = useSignal(false);
  const active = useSignal(-1);
  /** Whether the arrows have entered the list: then Home and End move in it, not in the text. */
  const inList = useSignal(false);
  const popup = useRef<HTMLDivElement>(null);
  const all = useComputed(() =>
    // A star that is set does not move its row away.
    open.value ? findPairs(typed.value ? text.value : "", pairs.value, favourites.peek()) : [],
  );
  const found = useComputed(() => all.value.slice(0, SHOWN));
  const isOpen = open.value;
  const current = found.value[active.value];
  const said = isOpen ? resultText(all.value.length, text.value) : "";
  const optionId = (symbol: string): string => `${id}-${symbol}`;

  useEffect(() => {
    if (isOpen) popup.current?.showPopover();
    else popup.current?.hidePopover();
    return isOpen ? followMarkets() : undefined;
  }, [isOpen]);
  useEffect(() => {
    if (current !== undefined) document.getElementById(optionId(current.symbol))?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const show = (first: number): void => {
    open.value = true;
    active.value = first;
  };
  const close = (): void => {
    open.value = false;
    typed.value = false;
    inList.value = false;
    active.value = -1;
  };
  const choose = (symbol: string): void => {
    close();
    onChoose(symbol);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && open.value && current !== undefined) {
      event.preventDefault();
      if (event.shiftKey) toggleFavourite(current.symbol);
      else choose(current.symbol);
    } else if (event.key === "Escape" && open.value) {
      // The list closes first; another Esc leaves the field.
      event.preventDefault();
      event.stopPropagation();
      close();
      onLeave?.();
    } else if (event.key === "ArrowUp" && event.altKey) close();
    else if ((event.key === "Home" || event.key === "End") && !(open.value && inList.value)) return;
    else {
      const next = moveActive(event.key, active.value, Math.max(1, found.value.length), PAGE);
      if (next === null || event.shiftKey) return;
      event.preventDefault();
      inList.value = true;
      if (open.value) active.value = next;
      else show(event.key === "ArrowUp" ? Math.min(SHOWN, pairs.peek().length) - 1 : 0);
    }
  };

  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : optionId(current.symbol)}
        aria-invalid={typed.value && found.value.length === 0 && pairs.value.length > 0}
        aria-describedby={describedBy}
        aria-keyshortcuts="Shift+Enter"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          typed.value = event.currentTarget.value !== "";
          inList.value = false;
          show(typed.value ? 0 : -1);
        }}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => show(-1)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          close();
          onLeave?.();
        }}
      />
      <p class="visually-hidden" role="status">
        {said}
      </p>
      {/* The field keeps the focus, whatever is pressed here. */}
      <div ref={popup} popover="manual" class="popup" onMouseDown={(event) => event.preventDefault()}>
        <ul id={`${id}-list`} role="listbox" aria-label="Pairs" tabIndex={-1}>
          {found.value.map(({ symbol }, index) => (
            <li
              key={symbol}
              id={optionId(symbol)}
              role="option"
              aria-selected={symbol === current?.symbol}
              onPointerMove={() => {
                active.value = index;
              }}
              onClick={() => choose(symbol)}
            >
              <Star symbol={symbol} />
              <strong>{symbol}</strong>
              <span class="numeric">
                <LivePrice symbol={symbol} />
              </span>
              <span class="numeric">
                <LiveChange symbol={symbol} />
              </span>
              <span class="numeric volume">
                <Volume symbol={symbol} />
              </span>
            </li>
          ))}
        </ul>
        <p class="hint" aria-hidden="true">
          {said} {found.value.length > 0 && "Shift + Enter marks a favourite."}
        </p>
      </div>
    </div>
  );
}

function resultText(found: number, text: string): string {
  if (pairs.value.length === 0) return "The pairs are being loaded…";
  if (found === 0) return `No pair is like “${text}”.`;
  if (found > SHOWN) return `${count(found)} pairs, of which ${count(SHOWN)} are shown. Type to find others.`;
  return found === 1 ? "1 pair." : `${count(found)} pairs.`;
}
