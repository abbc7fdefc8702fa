import { toast } from "./toasts.tsx";

/** Copies text; resolves to whether the browser allows that. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Some browsers allow it to secure pages only, or ask the person.
    return false;
  }
}

/** Copies text and says whether that worked. */
export async function copyAndTell(text: string): Promise<void> {
  if (await copyText(text)) toast(`Copied: ${text}`);
  else toast(`This browser does not let the page copy. Type: ${text}`, "bad");
}
