/** A value that JSON can express. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that JSON can express. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = JsonObject;
