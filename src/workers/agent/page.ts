import { agentCard } from "./agentCard.ts";
import { time } from "./format.ts";
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";
import type { AgentStatus } from "./status.ts";

/** What a page tells about the action before it. Only these texts are ever shown. */
export const MESSAGES: Readonly<Record<string, string>> = {
  run: "The run has ended; its result is the first line of the runs.",
  done: "This button had already started its run; nothing was run again.",
  superseded: "Nothing was run: a later tick has been run meanwhile.",
  running: "Nothing was run: another run is under way.",
  halt: "Halted. Orders are refused until you resume.",
  resume: "Resumed. Orders are possible again from the next tick on.",
  executed: "The order is settled: it was executed. Its pair can be traded again.",
  "not-executed": "The order is settled: it was not executed. Its pair can be traded again.",
  unknown: "The order's outcome is still unknown. Try again.",
};

/** A message about the form that was sent last. */
export interface PageMessage {
  readonly text: string;
  readonly isProblem: boolean;
}

/** The page at `/`. `now` also names the tick of a manual run, so that a button pressed twice runs once. */
export function statusPage(agents: readonly AgentStatus[], now: number, message: PageMessage | undefined): Html {
  return document(
    "Cron bot",
    html`<a class="skip" href="#agents">Skip to the agents</a>
      <header>
        <h1>Cron bot</h1>
        <div class="actions">
          <form method="get" action="/"><button>Refresh</button></form>
          <form method="post" action="/logout"><button>Log out</button></form>
        </div>
      </header>
      <main id="agents">
        ${message !== undefined && note(message)} ${agents.map((status) => agentCard(status, now))}
      </main>
      <footer class="soft small">
        As of ${time(new Date(now).toISOString())}. Times are UTC. The same as JSON: request <code>/</code> with
        <code>Accept: application/json</code>.
      </footer>`,
  );
}

function note({ text, isProblem }: PageMessage): Html {
  return isProblem
    ? html`<p class="note bad" role="alert">${text}</p>`
    : html`<p class="note good" role="status">${text}</p>`;
}

/** The form that a browser without a session gets. */
export function loginPage(isRejected: boolean): Html {
  return document(
    "Log in · Cron bot",
    html`<main class="login">
      <div class="card">
        <h1>Cron bot</h1>
        <p class="soft">Enter the admin token of this Worker.</p>
        <form method="post" action="/login">
          <label for="token">Admin token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            ${isRejected && html`aria-invalid="true" aria-describedby="problem"`}
          />
          ${isRejected && html`<p class="note bad" id="problem" role="alert">This is not the admin token.</p>`}
          <button class="main">Log in</button>
        </form>
      </div>
    </main>`,
  );
}

// Its content is exactly what the policy of the pages has the hash of.
const styleElement = new Html(`<style>${STYLE}</style>`);

function document(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}
