import { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { quantity } from "../format.ts";
import { numberStyle } from "../readNumber.ts";
import { fieldProblem } from "../../state/arena/validate.ts";
import type { Field } from "../../state/arena/strategies.ts";

const style = numberStyle();

/** A plain decimal string as the reader writes numbers. */
export const typed = (plain: string): string => style.write(new Decimal(plain));

/** What a person has typed: the plain decimal string, or why it cannot be taken. */
export function readField(
  field: Field,
  text: string,
): { readonly value: string; readonly problem: "" } | { readonly value: null; readonly problem: string } {
  const reading = style.read(text);
  if (reading.kind === "empty") return { value: null, problem: "A number is missing." };
  if (reading.kind === "invalid") return { value: null, problem: "Not a number." };
  if (reading.kind === "ambiguous")
    return { value: null, problem: `Can mean ${reading.readings.join(" or ")}. Write it so that only one is left.` };
  const problem = fieldProblem(field, reading.value, quantity);
  return problem === "" ? { value: reading.value.toFixed(), problem } : { value: null, problem };
}

interface NumberFieldProps {
  readonly id: string;
  readonly field: Field;
  readonly text: string;
  readonly problem: string;
  readonly onInput: (text: string) => void;
}

/** A number in the reader's own writing, with what is wrong about it. */
export function NumberField({ id, field, text, problem, onInput }: NumberFieldProps): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <input
        id={id}
        inputMode="decimal"
        autocomplete="off"
        value={text}
        aria-invalid={problem !== ""}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem">
        {problem}
      </p>
    </div>
  );
}
