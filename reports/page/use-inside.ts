import { useEffect, useState } from "preact/hooks";
import { type Inside, unpackInside } from "../inside.ts";
import { textPart } from "./parts.ts";

let reading: Promise<Inside> | undefined;

/** What went on inside the nodes; null until it is read, which begins after the first paint. */
export function useInside(): Inside | null {
  const [inside, setInside] = useState<Inside | null>(null);
  useEffect(() => {
    reading ??= textPart("inside").then(unpackInside);
    let isWanted = true;
    reading.then(
      (read) => isWanted && setInside(read),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, []);
  return inside;
}
