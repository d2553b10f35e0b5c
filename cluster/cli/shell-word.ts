/** One word of a POSIX shell: as it is where nothing in it means anything to a shell, else quoted. */
export function shellWord(text: string): string {
  // A leading ~ would become a home, a leading = a path in zsh.
  if (/^[\w@%+:,./-][\w@%+=:,./~-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
