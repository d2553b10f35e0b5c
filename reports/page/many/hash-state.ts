import { useEffect, useState } from "preact/hooks";

/** What the reader has chosen, in the address: a link shows the same. */
export type HashState = Readonly<Record<string, string>>;

/** The fields of `#a=1&b=2`, and how to change some of them; an empty text removes a field. */
export function useHashState(): [HashState, (change: HashState) => void] {
  const [state, setState] = useState(readHash);
  useEffect(() => {
    const onChange = () => setState(readHash());
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  const change = (fields: HashState) => {
    const next = Object.entries({ ...readHash(), ...fields }).filter(([, value]) => value !== "");
    // Replaced, not pushed: the way back leads to the page before, not through each letter typed.
    history.replaceState(null, "", `#${new URLSearchParams(next)}`);
    setState(Object.fromEntries(next));
  };
  return [state, change];
}

function readHash(): HashState {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}
