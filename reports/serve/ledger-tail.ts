import { open } from "node:fs/promises";
import { join } from "node:path";
import { ledgerFile, parseLedger } from "../campaign/ledger.ts";
import type { CampaignRun } from "../campaign.ts";

/** Follows the ledger of a campaign: each call reads what was appended since the last one. */
export class LedgerTail {
  readonly #file: string;
  #offset = 0;

  constructor(folder: string) {
    this.#file = join(folder, ledgerFile);
  }

  async read(): Promise<CampaignRun[]> {
    const handle = await open(this.#file).catch(() => null);
    if (handle === null) return [];
    try {
      const { size } = await handle.stat();
      if (size <= this.#offset) return [];
      const buffer = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await handle.read({ buffer, position: this.#offset });
      // A line that is being written is read once it is whole.
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
      this.#offset += end;
      return parseLedger(buffer.toString("utf8", 0, end));
    } finally {
      await handle.close();
    }
  }
}
