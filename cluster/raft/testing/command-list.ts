import type { StateMachine } from "../node.ts";

/** A state machine that remembers the commands it executed, in order. */
export type CommandList = StateMachine<null> & { readonly commands: readonly string[] };

export function createCommandList(): CommandList {
  const commands: string[] = [];
  return {
    commands,
    apply: (command) => {
      commands.push(command as string);
      return null;
    },
    digest: () => 0,
    snapshot: () => JSON.stringify(commands),
    restore: (snapshot) => {
      commands.splice(0, commands.length, ...(JSON.parse(snapshot) as readonly string[]));
    },
  };
}
