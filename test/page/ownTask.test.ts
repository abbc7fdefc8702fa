// Work that several parts begin together.
import { expect, test } from "vitest";
import { ownTask } from "../../demo/src/parts/ownTask.ts";

test("what several parts begin at once is done in one task after the other", async () => {
  const done: string[] = [];
  const work = async (name: string): Promise<void> => {
    done.push(await Promise.resolve(name).then(ownTask));
    // All microtasks of a task come before the next task.
    for (let step = 0; step < 20; step++) await Promise.resolve();
    done.push(`${name} is finished`);
  };
  await Promise.all(["one", "two", "three"].map(work));
  expect(done).toEqual(["one", "one is finished", "two", "two is finished", "three", "three is finished"]);
});
