import type { Inside } from "../inside.ts";
import type { LeaderChange } from "../leader-changes.ts";
import type { OperationTable } from "../operation-table.ts";
import type { ViewModel } from "../view-model.ts";
import type { Layout } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Summary } from "./summary.ts";
import type { Lettered } from "./timeline-model.ts";
import type { Viewport } from "./viewport.ts";

/** Everything that one picture of the timeline depends on. */
export type Scene = {
  readonly view: ViewModel;
  readonly table: OperationTable;
  readonly summary: Summary;
  /** Null until it was read. */
  readonly inside: Inside | null;
  readonly leaders: readonly LeaderChange[];
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly width: number;
  readonly palette: Palette;
  /** 1 for each row of the table that stands out; null = all do. */
  readonly mask: Uint8Array | null;
  /** What does not stand out is left out. */
  readonly isHidden: boolean;
  /** The operations of the anomaly that is shown. */
  readonly lettered: readonly Lettered[];
};

/** What is drawn over a scene. */
export type Highlights = {
  readonly selected: number | null;
  /** Where the pointer is, if it is on the timeline. */
  readonly pointer: { readonly x: number; readonly row: number } | null;
  /** Operations that the anomaly is about, by `index`: the culprit first. */
  readonly marked: readonly number[];
  /** When an anomaly without operations happened. */
  readonly moment: number | null;
  readonly stretch: Viewport | null;
};
