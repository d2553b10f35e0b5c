import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";

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
  const copy = () => {
    const written = navigator.clipboard?.writeText(text());
    if (written === undefined) say("No clipboard");
    else
      written.then(
        () => say("Copied"),
        () => say("Not allowed"),
      );
  };
  return (
    <button type="button" onClick={copy} disabled={disabled} title={title} aria-live="polite">
      {said ?? children}
    </button>
  );
}
