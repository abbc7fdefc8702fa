import { computed } from "@preact/signals";
import { Component, type ComponentChildren, type FunctionComponent } from "preact";
import { route } from "../route.ts";
import { messageOf, recordFailure } from "../state/calls.ts";
import { connectionCount } from "../state/connection.ts";
import { describeFault } from "./fault.ts";

interface BoundaryProps {
  /** What is inside, at the start of a sentence: "The chart". */
  readonly what: string;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly error: unknown;
  readonly copied: "" | "Copied." | "This browser does not let the page copy.";
  /** What the page showed when it failed. */
  readonly subject: string;
}

const FINE: BoundaryState = { error: null, copied: "", subject: "" };

/** The address and the connection: with another of either, what is inside is tried again. */
const shown = computed(() => `${JSON.stringify(route.value)} ${connectionCount.value}`);

/** Contains an error of what is inside, so that the rest of the page goes on. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = FINE;

  static override getDerivedStateFromError(error: unknown): BoundaryState {
    return { ...FINE, error: error ?? new Error("Nothing was thrown."), subject: shown.peek() };
  }

  static override getDerivedStateFromProps(_props: BoundaryProps, { error, subject }: BoundaryState): object | null {
    return error !== null && subject !== shown.peek() ? FINE : null;
  }

  override componentDidCatch(error: unknown): void {
    recordFailure(this.props.what, error);
  }

  override render({ what, children }: BoundaryProps, { error, copied }: BoundaryState): ComponentChildren {
    if (error === null) return children;
    void shown.value;
    const copy = (): void => {
      // Rejects where the page may not write to the clipboard; there is none on an insecure page.
      Promise.resolve()
        .then(() => navigator.clipboard.writeText(describeFault(what, error)))
        .then(
          () => this.setState({ copied: "Copied." }),
          () => this.setState({ copied: "This browser does not let the page copy." }),
        );
    };
    return (
      <div class="notice" role="alert">
        <p>
          {what} could not be shown: {messageOf(error)}
        </p>
        <div class="buttons">
          <button type="button" onClick={() => this.setState(FINE)}>
            Try again
          </button>
          <button type="button" onClick={copy}>
            Copy details
          </button>
          <span role="status">{copied}</span>
        </div>
      </div>
    );
  }
}

/** A part with a boundary of its own around it. */
export function contained<Props extends object>(
  what: string,
  Part: FunctionComponent<Props>,
): FunctionComponent<Props> {
  return (props) => (
    <Boundary what={what}>
      <Part {...props} />
    </Boundary>
  );
}
