import { vi } from "vitest";

/** Runs work while WebCrypto is as slow as on a busy machine: a signature takes 50 ms of real time. */
export async function withSlowSignatures(work: () => Promise<void>): Promise<void> {
  const original = crypto.subtle.sign.bind(crypto.subtle);
  const slow = vi.spyOn(crypto.subtle, "sign").mockImplementation(async (...input) => {
    await new Promise<void>((resolve) => setTimeout(resolve, 50));
    return original(...input);
  });
  try {
    await work();
  } finally {
    slow.mockRestore();
  }
}
