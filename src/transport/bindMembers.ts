/**
 * Gives an object its methods and getters a second time, as hidden properties of its own that need no `this`: private
 * fields are out of reach for a method that was taken off (`const { getPrice } = client`) or that is called through a
 * Proxy, as Vue's `reactive` makes them.
 */
export function bindMembers(target: object): void {
  for (let at = prototypeOf(target); at !== null && at !== Object.prototype; at = prototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) {
      if (key === "constructor" || Object.hasOwn(target, key)) continue;
      const member = Object.getOwnPropertyDescriptor(at, key) as PropertyDescriptor;
      const method: unknown = member.value;
      if (typeof method === "function") {
        const value: unknown = method.bind(target);
        Object.defineProperty(target, key, { value, writable: true, configurable: true });
      } else if (member.get !== undefined) {
        Object.defineProperty(target, key, { get: member.get.bind(target), configurable: true });
      }
    }
  }
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}
