/** Names of the public methods of a client class, inherited ones included. */
export function methodsOf(client: { readonly prototype: object }): readonly string[] {
  const names: string[] = [];
  for (let at = client.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  // Protected ones are no less visible at run time.
  return names.filter((name) => !["constructor", "send", "transport"].includes(name));
}
