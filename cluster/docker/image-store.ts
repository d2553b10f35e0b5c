import { type Engine, statusOf } from "./engine.ts";

/** The content id of an image that the engine has, or null. */
export async function findImage(engine: Engine, name: string): Promise<string | null> {
  try {
    const { Id } = await engine.getImage(name).inspect();
    return Id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Reads the engine's progress to its end; rejects with the error that it reports on the way. */
export function drain(engine: Engine, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, lines: readonly unknown[]) => {
      const failed = lines?.find(isFailure);
      if (error !== null) reject(error);
      else if (failed !== undefined) reject(new Error(failed.error));
      else resolve();
    });
  });
}

function isFailure(line: unknown): line is { readonly error: string } {
  return typeof line === "object" && line !== null && "error" in line;
}

/** Asks the image's registry for it. */
export async function pullImage(
  engine: Engine,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  await drain(engine, await engine.pull(name, { abortSignal: signal }));
}
