import type { Reporter, TestModule } from "vitest/node";

/** Prints a final line: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let broken = unhandledErrors.length;
    for (const module of modules) {
      if (module.state() === "failed" && module.errors().length > 0) broken++;
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    process.stdout.write(
      `${count.passed} passed, ${count.failed + count.pending + broken} failed, ${count.skipped} skipped\n`,
    );
  }
}
