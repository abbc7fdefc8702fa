import type { JSX, TargetedPointerEvent } from "preact";
import { count } from "./format.ts";
import { PANELS, panelSizes, resizePanel, type Panel } from "../state/desk.ts";

interface SplitterProps {
  readonly panel: Panel;
  /** What it resizes, for its name. */
  readonly label: string;
  /** The direction in which the separator moves. */
  readonly axis: "x" | "y";
  /** Whether moving to the right, or down, makes the panel larger. */
  readonly grows: boolean;
}

const STEP = 16;

/** The border of a panel, moved by dragging or by the arrow keys; a double click puts it back. */
export function Splitter({ panel, label, axis, grows }: SplitterProps): JSX.Element {
  const { initial, min, max } = PANELS[panel];
  const size = panelSizes.signal.value[panel];
  const sign = grows ? 1 : -1;

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEP * sign * (event.shiftKey ? 4 : 1);
    const [less, more] = axis === "x" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const next = { [less]: size - step, [more]: size + step, Home: min, End: max, Enter: initial }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    resizePanel(panel, next);
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    const line = event.currentTarget;
    const at = ({ clientX, clientY }: PointerEvent): number => (axis === "x" ? clientX : clientY);
    const start = at(event);
    const before = shownSize(line, panel) ?? size;
    line.setPointerCapture(event.pointerId);
    const drag = (moved: PointerEvent): void => resizePanel(panel, before + (at(moved) - start) * sign);
    line.addEventListener("pointermove", drag);
    line.addEventListener("lostpointercapture", () => line.removeEventListener("pointermove", drag), { once: true });
  };
  return (
    <div
      class={`splitter ${axis} ${panel}-splitter`}
      role="separator"
      tabIndex={0}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-label={`Resize ${label}`}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={size}
      aria-valuetext={`${count(size)} pixels`}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onDblClick={() => resizePanel(panel, initial)}
    />
  );
}

/** The panel may be smaller than asked for on a small screen; dragging starts from what is seen. */
function shownSize(line: HTMLElement, panel: Panel): number | undefined {
  const area = line.closest(".desk")?.querySelector(`[data-panel="${panel}"]`)?.getBoundingClientRect();
  return panel === "lists" ? area?.height : area?.width;
}
