/** Names of the public methods of a client class. */
export function methodsOf(client: { readonly prototype: object }): readonly string[] {
  return Object.getOwnPropertyNames(client.prototype).filter((name) => name !== "constructor");
}
