export type { Budget } from "../checker.ts";
