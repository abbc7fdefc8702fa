import { options, render } from "preact";
import { App } from "./app.tsx";
import { followPrices } from "./feed.ts";
import { followBoard } from "./state/board.ts";
import { embedded, openEmbedded } from "./state/connection.ts";

// Render once per frame, however often data changes.
options.debounceRendering = (draw) => void requestAnimationFrame(() => draw());

const page = document.querySelector("#page");
if (page === null) throw new Error("The element #page is missing.");
page.replaceChildren();
render(<App />, page);
followPrices();
followBoard();
// The page shows the failure.
openEmbedded(embedded.peek()).catch(() => {});
