/**
 * Binds an object's methods and getters to it, as hidden own properties. Otherwise a detached method
 * (`const { getPrice } = client`), or one called through a Proxy such as Vue's `reactive`, cannot access private fields.
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
