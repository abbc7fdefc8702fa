import { options, render } from "preact";
import { App } from "./app.tsx";
import { followRoute } from "./route.ts";
import { followPairs, readSymbols } from "./state/board.ts";
import { followStream } from "./feed.ts";
import { followKeys } from "./state/beat.ts";
import { embedded, openEmbedded } from "./state/connection.ts";
import { followTime } from "./state/health.ts";
import { followVersions } from "./state/offline.ts";
import { followVisibility } from "./state/poll.ts";
import { followSettings } from "./state/keptSettings.ts";
import { followTheme } from "./state/theme.ts";

// Render once per frame, however often data changes.
options.debounceRendering = (draw) => void requestAnimationFrame(() => draw());

const page = document.querySelector("#page");
if (page === null) throw new Error("The element #page is missing.");
page.replaceChildren();
followTheme();
followKeys();
followVisibility();
// What the first render shows comes from the address.
followRoute();
readSymbols();
render(<App />, page);
followStream();
followPairs();
followTime();
followVersions();
followSettings();
// Nothing can lose the focus before something has it.
addEventListener(
  "focusin",
  () =>
    void import("./parts/focusGuard.ts").then(
      ({ guardFocus }) => guardFocus(),
      () => {},
    ),
  { once: true },
);
import("./state/shortcuts.ts").then(
  ({ followShortcuts }) => followShortcuts(),
  () => {},
);
void start();

async function start(): Promise<void> {
  if (location.search + location.hash !== "") {
    // Without this part, the page opens with its own settings.
    await import("./state/openLink.ts").then(({ openLink }) => openLink()).catch(() => {});
  }
  // The page shows the failure.
  await openEmbedded(embedded.peek()).catch(() => {});
}
