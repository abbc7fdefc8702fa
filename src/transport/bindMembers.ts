type Member = readonly [key: PropertyKey, descriptor: PropertyDescriptor];

/** Members by prototype: reading them again for every object takes longer than binding them. */
const membersByPrototype = new WeakMap<object, readonly Member[]>();

/**
 * Binds an object's methods and getters to it, as hidden own properties. Otherwise a detached method
 * (`const { getPrice } = client`), or one called through a Proxy such as Vue's `reactive`, cannot access private fields.
 */
export function bindMembers(target: object): void {
  const prototype = prototypeOf(target) ?? target;
  let members = membersByPrototype.get(prototype);
  if (members === undefined) membersByPrototype.set(prototype, (members = readMembers(prototype)));
  for (const [key, member] of members) {
    const method: unknown = member.value;
    if (typeof method === "function") {
      const value: unknown = method.bind(target);
      Object.defineProperty(target, key, { value, writable: true, configurable: true });
    } else if (member.get !== undefined) {
      Object.defineProperty(target, key, { get: member.get.bind(target), configurable: true });
    }
  }
}

/** The members of a class and of those it extends. */
function readMembers(prototype: object): readonly Member[] {
  const members = new Map<PropertyKey, PropertyDescriptor>();
  for (let at: object | null = prototype; at !== null && at !== Object.prototype; at = prototypeOf(at)) {
    const descriptors = Object.getOwnPropertyDescriptors(at);
    for (const key of Reflect.ownKeys(descriptors))
      if (key !== "constructor" && !members.has(key))
        members.set(key, descriptors[key as string] as PropertyDescriptor);
  }
  return [...members];
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}
