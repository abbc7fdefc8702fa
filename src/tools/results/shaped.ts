import type { JsonObject, JsonValue } from "../json.ts";

/** How a result is shaped. */
export interface ShapeOptions {
  /** Arguments of the call, for the hint how to get the rest of a list. */
  readonly input?: JsonValue | undefined;
  /** Maximum size of the data as JSON, in bytes of UTF-8; default 8192. */
  readonly maxBytes?: number | undefined;
}

/** A result for a model. */
export interface ShapedResult {
  readonly data: JsonValue;
  /** Present if something was cut: what is missing and how to get it. */
  readonly more?: string;
}

/** What a hint how to get the rest depends on. */
export interface Paging {
  readonly input: JsonObject;
  /** Names of the arguments that the method takes. */
  readonly takes: () => readonly string[];
}
