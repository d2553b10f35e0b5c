import { openJournalFile } from "../journal-file.ts";
import { createRecorder, newLine } from "../recorder.ts";

// Records lines into the file of its argument until that fails, then prints the error.

const file = process.argv[2] ?? "";
const header = { whitewater: 1, run: "r1", seed: 7, subject: "s", model: "register" } as const;
const failures: Error[] = [];
const recorder = createRecorder({
  clock: { now: () => 0, wallMs: () => 0, setTimer: () => ({ cancel: () => undefined }) },
  originNs: 0,
  journal: openJournalFile(file, header),
  onFailure: (error) => failures.push(error),
});
while (failures.length === 0) recorder.record({ ...newLine(0, "invoke", "read"), key: "k" });
recorder.record({ ...newLine(0, "ok", "read"), key: "k" });
const [error] = failures as [Error & { readonly code?: string }];
process.stdout.write(`${error.code} ${error.message}\n`);
