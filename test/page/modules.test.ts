// The page's modules, as text and imported without a page.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, test, vi } from "vitest";

const root = resolve(import.meta.dirname, "../../demo/src");
const files = globSync("**/*.{ts,tsx}", { cwd: root }).map((path) => path.replaceAll(sep, "/"));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The files of the page that a file imports, except those it loads when they are needed. */
function importsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/(?:from|^import) "(\.[^"]+)"/gm)].map(([, specifier = ""]) =>
    relative(root, resolve(root, dirname(file), specifier)).replaceAll(sep, "/"),
  );
}

test("importing state does nothing: no timer, no listener, no page is needed", async () => {
  const state = files.filter((file) => /^(?:state\/|route\.ts|feed\.ts)/.test(file));
  expect(state.length).toBeGreaterThan(10);
  const timers = [vi.spyOn(globalThis, "setInterval"), vi.spyOn(globalThis, "setTimeout")];
  for (const file of state) await import(join(root, file));
  for (const timer of timers) {
    expect(timer).not.toHaveBeenCalled();
    timer.mockRestore();
  }
});

test("state starts no effect by being imported", () => {
  const own = files.filter((file) => file !== "main.tsx");
  const starts = own.filter((file) => /^(?:effect|addEventListener|setInterval|setTimeout|poll)\(/m.test(read(file)));
  expect(starts).toEqual([]);
});

test("views import parts and state, never another view; parts and state import no view", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("views/") && file !== "app.tsx")
      // A view may consist of several files, in a folder of its own.
      .filter((target) => !isOneView(file, target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** Whether two files belong to one view, such as views/desk.tsx and views/desk/tape.tsx. */
function isOneView(file: string, other: string): boolean {
  const [folder, view] = viewOf(file);
  return folder === "views" && view === viewOf(other)[1];
}

function viewOf(file: string): readonly [folder: string | undefined, view: string | undefined] {
  const [folder, name] = file.replace(/\.tsx?$/, "").split("/");
  return [folder, name];
}

/** Globals of browsers that a function or a value of ours must not hide. */
const GLOBALS = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ..."alert blur confirm document event find focus history location navigator origin parent print".split(" "),
  ..."prompt requestAnimationFrame screen scroll self status stop top window".split(" "),
]);

test("nothing of ours shadows a global", () => {
  const shadows = files.flatMap((file) =>
    [...read(file).matchAll(/^(?:export )?(?:async )?(?:const|let|function|class) (\w+)/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => GLOBALS.has(name))
      .map((name) => `${name} in ${file}`),
  );
  expect(shadows).toEqual([]);
});

test("what the package knows is not written again", () => {
  const copies = files.filter((file) => /\bFEE_RATE\s*=|fee.{0,20}0\.001\b/i.test(read(file)));
  expect(copies).toEqual([]);
});
