import type { Pages } from "../../src/exchange/collections/codec.ts";

/** Pages in memory. */
export function memoryPages(): Pages & { readonly texts: Map<number, string> } {
  const texts = new Map<number, string>();
  return {
    texts,
    read(page) {
      const text = texts.get(page);
      if (text === undefined) throw new Error(`There is no page ${page}.`);
      return text;
    },
    write(text) {
      texts.set(texts.size, text);
      return texts.size - 1;
    },
  };
}
