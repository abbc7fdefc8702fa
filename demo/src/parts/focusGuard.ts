// The focus must not fall to the body, from where the Tab key starts again at the top of the page.

const MAX_PLACES = 6;

/** An element that had the focus, and what to fall back to without it. */
interface Place {
  readonly element: HTMLElement;
  /** Its table's body, and the place of its row there. */
  readonly rows: Element | null;
  readonly index: number;
  /** What it is inside of, from the inside out. */
  readonly around: readonly HTMLElement[];
}

function placeOf(element: HTMLElement): Place {
  const row = element.closest("tr");
  const rows = row?.parentElement ?? null;
  const around: HTMLElement[] = [];
  for (let box = element.parentElement; box !== null; box = box.parentElement) around.push(box);
  return { element, rows, index: row === null ? 0 : [...(rows?.children ?? [])].indexOf(row), around };
}

const canHaveFocus = (element: Element): boolean =>
  element.isConnected && element.checkVisibility() && element.closest("[inert]") === null;

/** The element itself, the same place in the row that follows, or the nearest thing around it that takes the focus. */
function nextTo({ element, rows, index, around }: Place): HTMLElement | undefined {
  if (canHaveFocus(element)) return element;
  if (rows?.isConnected === true) {
    const row = rows.children[Math.min(index, rows.children.length - 1)];
    const button = row?.querySelectorAll<HTMLElement>("button, a[href]");
    const last = button === undefined ? undefined : button[button.length - 1];
    if (last !== undefined) return last;
  }
  for (const box of around) {
    if (!canHaveFocus(box) || box === document.body || box.id === "page") continue;
    if (box.tabIndex >= 0 || box.hasAttribute("tabindex")) return box;
    const heading = box.querySelector<HTMLElement>(":scope > h2, :scope > .head > h2");
    if (heading !== null) {
      heading.tabIndex = -1;
      return heading;
    }
  }
  return undefined;
}

/** Gives the focus a place near by when what had it is gone; returns a function that stops. */
export function guardFocus(): () => void {
  // Newest first. A dialog may close after what opened it has gone.
  const first = document.activeElement;
  let places: Place[] = first instanceof HTMLElement && first !== document.body ? [placeOf(first)] : [];
  const remember = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement) || target === document.body) return;
    places = [placeOf(target), ...places.filter(({ element }) => element !== target)].slice(0, MAX_PLACES);
  };
  const forget = ({ target }: Event): void => {
    // A click on nothing takes the focus away on purpose.
    if (target instanceof Element && target.closest("button, a, input, select, summary, label, [tabindex]") === null)
      places = [];
  };
  const rescue = (): void => {
    if (document.activeElement !== document.body || places.length === 0) return;
    const [newest] = places;
    if (newest !== undefined && canHaveFocus(newest.element)) return;
    for (const place of places) {
      const next = nextTo(place);
      if (next === undefined) continue;
      next.focus({ preventScroll: true });
      if (document.activeElement === next) return;
    }
    document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(rescue);
  observer.observe(document.body, { childList: true, subtree: true });
  const afterClose = (): void => queueMicrotask(rescue);
  document.addEventListener("focusin", remember);
  document.addEventListener("pointerdown", forget);
  document.addEventListener("close", afterClose, true);
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", remember);
    document.removeEventListener("pointerdown", forget);
    document.removeEventListener("close", afterClose, true);
  };
}
