/** A fault in one line: `find` occurs exactly once in `file`, a path in the package. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
};

const inReading: readonly Mutant[] = [
  {
    name: "ErrMaybe taken for lost",
    file: "pairing.ts",
    find: `return error === "ErrMaybe" ? "maybe" : "open";`,
    replace: `return "open";`,
  },
  {
    name: "every fail is an observation",
    file: "pairing.ts",
    find: `return isRefusal(error) ? "refused" : null;`,
    replace: `return "refused";`,
  },
  {
    name: "a process may act after its info",
    file: "pairing.ts",
    find: `if (op.type === "info") retired.add(op.process);`,
    replace: "",
  },
  {
    name: "rows without a key get the first one",
    file: "operations.ts",
    find: "const part = (key[row] ?? -1) + 1;",
    replace: "const part = Math.max(0, key[row] ?? -1) + 1;",
  },
  {
    name: "an open operation returns at a finite time",
    file: "operations.ts",
    find: "return: at === never ? Infinity : at,",
    replace: "return: at,",
  },
  {
    name: "the journal lets two operations of a process be open",
    file: "formats/journal.ts",
    find: "if (state !== idle) this.#refuseCall(place, state, line);",
    replace: "",
  },
  {
    name: "the journal takes ErrMaybe for lost",
    file: "formats/journal.ts",
    find: `else outcome = text === "ErrMaybe" ? outcomes.maybe : outcomes.open;`,
    replace: "else outcome = outcomes.open;",
  },
  {
    name: "time may go backwards",
    file: "formats/journal.ts",
    find: "if (time < this.#time) {",
    replace: "if (time < 0) {",
  },
];

const inModels: readonly Mutant[] = [
  {
    name: "a register's read is not compared",
    file: "models/register.ts",
    find: `return outcome !== "ok" || isSameJson(output, state) ? state : undefined;`,
    replace: "return state;",
  },
  {
    name: "an acknowledged cas may have missed",
    file: "models/cas-register.ts",
    find: `return outcome === "ok" ? undefined : state;`,
    replace: "return state;",
  },
  {
    name: "a refused cas may have matched",
    file: "models/cas-register.ts",
    find: `const isExpected = error === "ErrNoKey" ? state === null : !isMatch;`,
    replace: `const isExpected = error === "ErrNoKey" ? state === null : true;`,
  },
  {
    name: "a put does not raise the version",
    file: "models/versioned-kv.ts",
    find: "if (isMatch) return { value, version: state.version + 1 };",
    replace: "if (isMatch) return { value, version: state.version };",
  },
  {
    name: "ErrVersion and ErrNoKey are one",
    file: "models/versioned-kv.ts",
    find: "return isExpected && !isMatch ? state : undefined;",
    replace: "return !isMatch ? state : undefined;",
  },
  {
    name: "lists are compared by length",
    file: "models/append-list.ts",
    find: "if (!isSameJson(node.last, elements[i])) return false;",
    replace: "",
  },
  {
    name: "the look-ahead of lists bounds appends",
    file: "models/append-list.ts",
    find: `if (f === "append") return Infinity;`,
    replace: `if (f === "append") return 0;`,
  },
  {
    name: "a lock is taken twice",
    file: "models/mutex.ts",
    find: `const needed = f === "acquire" ? null : process;`,
    replace: `const needed = f === "acquire" ? holder : process;`,
  },
  {
    name: "a token comes twice",
    file: "models/fenced-lock.ts",
    find: "return granted > state.granted ?",
    replace: "return granted >= state.granted ?",
  },
];

const inSearch: readonly Mutant[] = [
  {
    name: "calls at a return come after it",
    file: "linearizability/partition.ts",
    find: "if (callOf(operations, id) > end) break;",
    replace: "if (callOf(operations, id) > end - 2) break;",
  },
  {
    name: "a lax ErrMaybe must have happened",
    file: "linearizability/partition.ts",
    find: `outcome === "open" || (outcome === "maybe" && isLax) ? 1 : 0,`,
    replace: `outcome === "open" ? 1 : 0,`,
  },
  {
    name: "any two open operations are twins",
    file: "linearizability/partition.ts",
    find: "twin[id] = last.get(name) ?? -1;",
    replace: "twin[id] = id - 1 < completed ? -1 : id - 1;",
  },
  {
    name: "what is open enables nothing",
    file: "linearizability/search.ts",
    find: "if (after !== this.#states.next(state, other)) return true;",
    replace: "",
  },
  {
    name: "the memo forgets the mask",
    file: "linearizability/search.ts",
    find: "for (let i = headLength; i < this.#stride; i++) this.#key[i - headLength + 2] = draft[i] ?? 0;",
    replace: "",
  },
  {
    name: "the memo forgets the state",
    file: "linearizability/search.ts",
    find: "this.#key[1] = state;",
    replace: "",
  },
  {
    name: "blind writes go at once though they are needed",
    file: "linearizability/search.ts",
    find: "if (this.#states.neededUntil(next) > now) continue;",
    replace: "",
  },
  {
    name: "the states of two values are one",
    file: "linearizability/states.ts",
    find: "const key = this.#model.key(state);",
    replace: "const key = String(this.#model.key(state)).slice(0, 2);",
  },
  {
    name: "tuples are equal when their first fields are",
    file: "linearizability/tuple-set.ts",
    find: "for (let i = 0; i < this.width; i++) {\n      if (this.#tuples[start + i] !==",
    replace: "for (let i = 0; i < 2; i++) {\n      if (this.#tuples[start + i] !==",
  },
  {
    name: "the first partition found valid decides",
    file: "linearizability/decide.ts",
    find: "pending = left;",
    replace: "pending = found.length > 0 ? [] : left;",
  },
  {
    name: "the culprit is one too late",
    file: "linearizability/culprit.ts",
    find: 'else if (result === "valid") low = middle + 1;',
    replace: 'else if (result === "valid") low = middle + 2;',
  },
  {
    name: "a witness may break real time",
    file: "linearizability/verify-witness.ts",
    find: "if (part.lastCall > operation.return) {",
    replace: "if (part.lastCall > Infinity) {",
  },
];

const inFastPaths: readonly Mutant[] = [
  {
    name: "a version may start before the one below",
    file: "linearizability/fast/version-times.ts",
    find: "this.#raise(version, Math.max(before, own), before >= own ? inherited : bounded);",
    replace: "this.#raise(version, own, bounded);",
  },
  {
    name: "refusals bound nothing",
    file: "linearizability/fast/version-times.ts",
    find: "    this.#settleEithers(from, last);\n    for",
    replace: "    for",
  },
  {
    name: "what was pushed up is not looked at again",
    file: "linearizability/fast/version-times.ts",
    find: "if (last > version) version = last;",
    replace: "",
  },
  {
    name: "a writer of another value will do",
    file: "linearizability/fast/version-times.ts",
    find: "return this.#valueRow[version] === -1 || this.#value[version] === this.#argument[row];",
    replace: "return true;",
  },
  {
    name: "the last bound counts, not the highest",
    file: "linearizability/fast/version-times.ts",
    find: "if (at <= (this.#low[version] ?? 0)) return;",
    replace: "",
  },
];

/** Each must be noticed by the tests of the package. */
export const mutants: readonly Mutant[] = [...inReading, ...inModels, ...inSearch, ...inFastPaths];
