import { expect, test } from "vitest";
import { parseUuid } from "../../../src/wire/index.ts";

const canonical = "6a0e6f0c-8f3e-4d67-a0a5-1c2f4b9d7e20";

test.each([canonical, canonical.toUpperCase(), canonical.replaceAll("-", ""), "6A0E6F0C8f3e-4d67-a0a51c2f4b9d7e20"])(
  "reads %s",
  (text) => {
    expect(parseUuid(text)).toBe(canonical);
  },
);

test.each(["", canonical.slice(1), `${canonical}0`, `{${canonical}}`, canonical.replace("6a0e", "6a0-e"), "agent-1"])(
  "rejects %j",
  (text) => {
    expect(parseUuid(text)).toBeUndefined();
  },
);
