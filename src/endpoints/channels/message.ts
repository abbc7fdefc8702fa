import { DecodeError, formatStreamInstant, instant, jsonObject, type Codec, type Encodable } from "../../wire/index.ts";

/** Whether an update was pushed by the stream or polled over REST. */
export type UpdateSource = "stream" | "poll";

/** A timestamp as streams write it: always with milliseconds, where REST writes microseconds or none. */
export const streamInstant: Codec<Date> = {
  shape: "time",
  decode: (json) => instant.decode(json),
  encode: (value) => (typeof value === "string" ? value : formatStreamInstant(value)),
};

/**
 * A data message of a channel: the fields beside `data`, and the fields inside it.
 *
 * `literal` is a faster decoder for frequent messages, as in `record`. If it throws, the message is decoded again field
 * by field, so that the error names the invalid field.
 */
export function message<Beside extends object, Data extends object, Update extends Beside & Data>(
  channel: string,
  beside: Codec<Beside>,
  data: Codec<Data>,
  literal?: (json: never) => Update,
): Codec<Update> {
  return {
    shape: { all: [beside, data] },
    decode(json) {
      try {
        if (literal !== undefined) return literal(json as never);
      } catch {
        // Decoded again below.
      }
      return { ...beside.decode(json), ...dataOf(data, json), source: "stream" } as unknown as Update;
    },
    encode(value) {
      const update: unknown = value;
      return {
        channel,
        ...(beside.encode(update as Encodable<Beside>) as object),
        data: data.encode(update as Encodable<Data>),
      };
    },
  };
}

function dataOf<T>(data: Codec<T>, json: unknown): T {
  try {
    return data.decode(jsonObject.decode(json)["data"]);
  } catch (error) {
    throw error instanceof DecodeError ? error.within("data") : error;
  }
}
