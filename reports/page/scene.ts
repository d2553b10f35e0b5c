import type { LaidOperation } from "../operations.ts";
import type { ViewModel } from "../view-model.ts";
import type { Layout } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** Everything that one picture of the timeline depends on. */
export type Scene = {
  readonly view: ViewModel;
  readonly lanes: readonly (readonly LaidOperation[])[];
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly width: number;
  readonly palette: Palette;
  readonly selected: number | null;
  readonly hovered: number | null;
  /** Operations that the anomaly is about: the culprit first. */
  readonly marked: readonly number[];
  /** Only operations on this key stand out; null = all do. */
  readonly key: string | null;
};
