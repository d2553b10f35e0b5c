import { letDraw } from "../../witness/raft-draw.ts";
import { testWitnesses } from "../../witness/testing/test-witnesses.ts";
import { program } from "./program.ts";
import { subject } from "./subject.ts";

const folder = new URL("./", import.meta.url);
await testWitnesses({ subject, program, folder, letDraw });
