/** `2026-11-22 01:00`, UTC. */
export function formatDay(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

/** `340 ms`, `12.3 s`, `4.5 min`, `2.1 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `12 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Address of a file below a folder: each part of the path is one segment, whatever it holds. */
export function fileHref(base: string, path: string, file: string): string {
  const segments = [...path.split("/"), file].map(encodeURIComponent);
  return `${base === "" ? "./" : base}${segments.join("/")}`;
}
