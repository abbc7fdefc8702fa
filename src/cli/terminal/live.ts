import type { Output } from "../io.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Draws lines again and again in the same place of a terminal. */
export interface Live {
  draw(lines: readonly string[]): Promise<void>;
  /** Shows the cursor again, below the lines. */
  end(): Promise<void>;
}

/** Lines must not be wider than the terminal. Those that do not fit below each other are left out. */
export function createLive(output: Output): Live {
  let previous = 0;
  return {
    async draw(lines) {
      const shown = lines.slice(0, Math.max(1, output.rows - 1));
      const back = previous === 0 ? HIDE_CURSOR : `\u001b[${previous}A\r\u001b[J`;
      previous = shown.length;
      await output.write(`${back}${shown.join("\n")}\n`);
    },
    async end() {
      if (previous > 0) await output.write(SHOW_CURSOR);
    },
  };
}
