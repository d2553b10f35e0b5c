/** `1 operation`, `2 operations`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** `once`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? "once" : plural(count, "time");
}
