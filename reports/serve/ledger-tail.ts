import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ledgerFile, parseLedger } from "../campaign/ledger.ts";
import type { CampaignRun } from "../campaign.ts";

/** At once; the next call goes on there. */
const bytesMax = 16 * 2 ** 20;

/** Follows the ledger of a campaign: each call reads what was appended since the last one. */
export class LedgerTail {
  readonly #file: string;
  #offset = 0;

  constructor(folder: string) {
    this.#file = join(folder, ledgerFile);
  }

  async read(): Promise<CampaignRun[]> {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(this.#file, flags).catch(() => null);
    if (handle === null) return [];
    try {
      const stat = await handle.stat();
      const size = stat.isFile() ? stat.size : 0;
      if (size <= this.#offset) return [];
      const buffer = Buffer.alloc(Math.min(bytesMax, size - this.#offset));
      const { bytesRead } = await handle.read({ buffer, position: this.#offset });
      if (bytesRead === 0) return [];
      // A line that is being written is read once it is whole; one that never ends is passed over.
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
      this.#offset += end === 0 && bytesRead === bytesMax ? bytesMax : end;
      return parseLedger(buffer.toString("utf8", 0, end));
    } finally {
      await handle.close();
    }
  }
}
