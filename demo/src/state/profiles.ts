// Addresses that this browser remembers. Secrets are never among them.
import { setting } from "./setting.ts";
import type { ServiceKind } from "./explainUnreachable.ts";

export interface Profile {
  readonly name: string;
  readonly address: string;
  readonly kind: ServiceKind;
}

const MAX_PROFILES = 12;

export const profiles = setting<readonly Profile[]>("profiles", [], (stored) =>
  Array.isArray(stored) ? stored.flatMap(toProfile).slice(0, MAX_PROFILES) : undefined,
);

function toProfile(stored: unknown): readonly Profile[] {
  const { name, address, kind } = (stored ?? {}) as Partial<Record<keyof Profile, unknown>>;
  if (typeof name !== "string" || (kind !== "service" && kind !== "gateway")) return [];
  const known = typeof address === "string" ? normalizeAddress(address) : null;
  return known === null ? [] : [{ name, address: known, kind }];
}

/** An http address without what may hold a secret: user, query and fragment. Null if it is none. */
export function normalizeAddress(text: string): string | null {
  try {
    const { protocol, origin, pathname } = new URL(text.trim());
    return protocol === "http:" || protocol === "https:" ? `${origin}${pathname.replace(/\/+$/, "")}` : null;
  } catch {
    return null;
  }
}

/** Remembers an address; one that is remembered already gets the new name. */
export function saveProfile(profile: Profile): void {
  profiles.change((all) => [profile, ...without(all, profile)].slice(0, MAX_PROFILES));
}

export function removeProfile(profile: Profile): void {
  profiles.change((all) => without(all, profile));
}

const without = (all: readonly Profile[], { address, kind }: Profile): readonly Profile[] =>
  all.filter((known) => known.address !== address || known.kind !== kind);
