import type { ExchangeState } from "../../engine/state.ts";
import { MAX_ISSUES, type Issue } from "../issues.ts";

export type Place = "path" | "query" | "body";

/** Returned by a field whose value is wrong, after recording the issue. */
export const INVALID: unique symbol = Symbol("invalid");
export type Invalid = typeof INVALID;

/** Reads one field of a request: returns its value, or records an issue. A missing field is the value `undefined`. */
export type Field<Value> = (input: FieldInput) => Value | Invalid;

/** Where an input comes from, and where its issues go. */
interface Source {
  readonly place: Place;
  readonly state: ExchangeState;
  readonly issues: Issue[];
}

/** The value of one field as it arrived, with its position in the request. */
export class FieldInput {
  readonly value: unknown;
  readonly #source: Source;
  readonly #path: readonly (string | number)[];
  readonly #parent: Readonly<Record<string, unknown>>;

  constructor(
    source: Source,
    path: readonly (string | number)[],
    value: unknown,
    parent: Readonly<Record<string, unknown>>,
  ) {
    this.#source = source;
    this.#path = path;
    this.value = value;
    this.#parent = parent;
  }

  get state(): ExchangeState {
    return this.#source.state;
  }

  get isInBody(): boolean {
    return this.#source.place === "body";
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  issue(type: string, msg: string, ctx?: Readonly<Record<string, unknown>>): Invalid {
    return this.#add({ type, loc: this.#location, msg, input: this.value, ...(ctx === undefined ? {} : { ctx }) });
  }

  missing(): Invalid {
    const input = this.isInBody ? this.#parent : null;
    return this.#add({ type: "missing", loc: this.#location, msg: "Field required", input });
  }

  /** An item of this list, or a field of this object. */
  child(key: string | number, value: unknown): FieldInput {
    const parent = typeof key === "string" ? (this.value as Readonly<Record<string, unknown>>) : this.#parent;
    return new FieldInput(this.#source, [...this.#path, key], value, parent);
  }

  /** Another field of the same object. */
  sibling(name: string): FieldInput {
    return new FieldInput(this.#source, [...this.#path.slice(0, -1), name], this.#parent[name], this.#parent);
  }

  get #location(): readonly (string | number)[] {
    return [this.#source.place, ...this.#path];
  }

  #add(issue: Issue): Invalid {
    const { issues } = this.#source;
    if (issues.length <= MAX_ISSUES) issues.push(issue);
    return INVALID;
  }
}

/** A field that must be present; `null` is a value of the wrong type. */
export function required<Value>(field: Field<Value>): Field<Value> {
  return (input) => (input.value === undefined ? input.missing() : field(input));
}

/** `undefined` if the field is missing or null. */
export function optional<Value>(field: Field<Value>): Field<Value | undefined> {
  return (input) => (input.isAbsent ? undefined : field(input));
}

/** `null` if the field is null. */
export function nullable<Value>(field: Field<Value>): Field<Value | null> {
  return (input) => (input.value === null ? null : field(input));
}

/** The default if the field is missing; `null` is a value of the wrong type. */
export function withDefault<Value, const Default>(field: Field<Value>, value: Default): Field<Value | Default> {
  return (input) => (input.value === undefined ? value : field(input));
}

/** `undefined` if the field is missing; `null` is a value of the wrong type. */
export function ifPresent<Value>(field: Field<Value>): Field<Value | undefined> {
  return withDefault(field, undefined);
}

/** A rule on top of a field's own: returns what is wrong with the value, if anything. */
export function check<Value>(
  field: Field<Value>,
  problemOf: (value: Value, state: ExchangeState) => string | undefined,
): Field<Value> {
  return (input) => {
    const value = field(input);
    if (value === INVALID) return INVALID;
    const problem = problemOf(value, input.state);
    return problem === undefined ? value : input.issue("value_error", `Value error, ${problem}`, { error: {} });
  };
}

/**
 * A field that goes by several names: the first name that is present counts, even if its value is null. The platform
 * documents one more name, but ignores it.
 */
export function alsoNamed<Value>(names: readonly string[], documented: string, field: Field<Value>): Field<Value> {
  return (input) => {
    const known = input.state.quirks.documentedNamesIgnored ? names : [...names, documented];
    const other = input.value === undefined ? known.find((name) => input.sibling(name).value !== undefined) : undefined;
    return field(other === undefined ? input : input.sibling(other));
  };
}
