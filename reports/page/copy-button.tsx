import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { copyText } from "./clipboard.ts";

/** Puts a text on the clipboard and says so. Where the page has no right to, it says that. */
export function CopyButton(props: {
  readonly text: () => string;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly children: ComponentChildren;
}): VNode {
  const { text, disabled = false, title, children } = props;
  const [said, setSaid] = useState<string | null>(null);
  const say = (words: string) => {
    setSaid(words);
    setTimeout(() => setSaid(null), 1500);
  };
  const copy = async () => say((await copyText(text())) ? "Copied" : "Not allowed");
  return (
    <button type="button" onClick={copy} disabled={disabled} title={title} aria-live="polite">
      {said ?? children}
    </button>
  );
}
