/** How long a slice may take, milliseconds: half a frame. */
const sliceMs = 8;

/**
 * Runs a long computation in slices, so that the page draws and answers meanwhile. The first slice
 * runs at once: what is short is done when this returns. Returns what cancels it.
 */
export function inSlices<T>(steps: Generator<void, T>, onDone: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    const start = performance.now();
    while (performance.now() - start < sliceMs) {
      const step = steps.next();
      if (step.done !== true) continue;
      onDone(step.value);
      return;
    }
    timer = setTimeout(slice);
  };
  slice();
  return () => clearTimeout(timer);
}
