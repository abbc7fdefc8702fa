import { options, render } from "preact";
import { App } from "./app.tsx";
import { followPrices } from "./feed.ts";
import { followBoard } from "./state/board.ts";
import { embedded, openEmbedded } from "./state/connection.ts";

// However often figures change: the page is drawn once a frame.
options.debounceRendering = (draw) => void requestAnimationFrame(() => draw());

const page = document.querySelector("#page");
if (page === null) throw new Error("There is no place for the page.");
page.replaceChildren();
render(<App />, page);
followPrices();
followBoard();
// What failed is on the page.
openEmbedded(embedded.peek()).catch(() => {});
