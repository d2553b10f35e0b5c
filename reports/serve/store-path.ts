const segmentCharactersMax = 255;

/**
 * The names below a store that a path of a request asks for, decoded once; null for what is refused:
 * empty names, `.` and `..`, hidden names, and separators, NUL or other control characters in a name.
 */
export function parseUrlPath(path: string): string[] | null {
  const names: string[] = [];
  for (const part of path.split("/")) {
    const name = decoded(part);
    if (name === null || !isName(name)) return null;
    names.push(name);
  }
  return names;
}

/** As above, of a path that is decoded already; the empty text is the store itself. */
export function parseStorePath(path: string): string[] | null {
  if (path === "") return [];
  const names = path.split("/");
  return names.every(isName) ? names : null;
}

/** Address of a folder or file of the store on the server. */
export function storeHref(...names: readonly string[]): string {
  return `/store/${names.map(encodeURIComponent).join("/")}`;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** Whether a file or folder of this name is given away. */
export function isName(name: string): boolean {
  if (name === "" || name.startsWith(".") || name.length > segmentCharactersMax) return false;
  return !/[/\\\p{Cc}]/u.test(name);
}
