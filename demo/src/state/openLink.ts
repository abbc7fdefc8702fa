import { tellLinkProblems } from "../parts/linkProblems.tsx";
import { applyLink } from "./shareLink.ts";

/** Opens the page as its address says, and tells what of it cannot be. */
export function openLink(): void {
  tellLinkProblems(applyLink());
}
