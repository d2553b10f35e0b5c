/**
 * Puts a text on the clipboard; says whether it did. To be called from a click.
 *
 * A page that a server sandboxes, or that came over plain HTTP from another machine, may have no
 * `navigator.clipboard` or no right to it: there the older way works, which asks for nothing but the click.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  // In view, so that nothing scrolls there, and not seen.
  area.style.cssText = "position: fixed; top: 0; left: 0; opacity: 0";
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isDone;
}
