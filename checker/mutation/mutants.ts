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
    find: "if (granted > state.granted) return",
    replace: "if (granted >= state.granted) return",
  },
];

const inSearch: readonly Mutant[] = [
  {
    name: "calls come after the next return",
    file: "linearizability/partition.ts",
    find: "if ((call[id] ?? 0) > now) break;",
    replace: "if ((call[id] ?? 0) > now - 2) break;",
  },
  {
    name: "an open operation is called too late",
    file: "linearizability/partition.ts",
    find: "openCount++;",
    replace: "openCount = e;",
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
    find: "if (machine.neededUntil(next) > now) continue;",
    replace: "",
  },
  {
    name: "a state that is needed may be left",
    file: "linearizability/search.ts",
    find: "return this.#machine.neededUntil(state) > end && this.#machine.isUnique(state);",
    replace: "return this.#machine.neededUntil(state) > end;",
  },
  {
    name: "observers go ahead wherever they are",
    file: "linearizability/search.ts",
    find: "if (machine.next(state, id) === state) this.#settle(id, true);",
    replace: "this.#settle(id, true);",
  },
  {
    name: "any second field will do",
    file: "linearizability/rule-machine.ts",
    find: "return second === when || (second === 0 && test === tests.secondOrZero);",
    replace: "return second === when || second === 0;",
  },
  {
    name: "a text that was put cannot have grown from nothing",
    file: "linearizability/text-machine.ts",
    find: "return length > 0 && this.#shortestGrowth(place) > length;",
    replace: "return length > 0;",
  },
  {
    name: "an append that was seen is lost with the text",
    file: "linearizability/text-machine.ts",
    find: "if (!seen.includes(this.#texts[id] as string)) partition.isObserver[id] = 1;",
    replace: "partition.isObserver[id] = 1;",
  },
  {
    name: "a put that was seen goes at once",
    file: "linearizability/text-machine.ts",
    find: "if (this.#states[id] === unseen) partition.isObserver[id] = 1;",
    replace: "partition.isObserver[id] = 1;",
  },
  {
    name: "tuples are equal when their first fields are",
    file: "linearizability/tuple-set.ts",
    find: "for (let i = 0; i < width; i++) this.#tuples[end + i] = source[offset + i] ?? 0;",
    replace: "for (let i = 0; i < 2; i++) this.#tuples[end + i] = source[offset + i] ?? 0;",
  },
  {
    name: "partitions that the fast path leaves are not searched",
    file: "linearizability/decide.ts",
    find: "this.#slow.push(rows);",
    replace: "",
  },
  {
    name: "operations that overlap are replayed",
    file: "linearizability/replay.ts",
    find: "if ((call[row] ?? 0) < end) return false;",
    replace: "",
  },
  {
    name: "operations with different results are twins",
    file: "linearizability/states.ts",
    find: "[f, key, input, ...(output === undefined ? [] : [output])]",
    replace: "[f, key, input]",
  },
  {
    name: "a cas of unknown outcome asks for nothing",
    file: "linearizability/optional-index.ts",
    find: "if (!machine.isHit(state, id)) this.#ask(test[id] ?? 0, when[id] ?? 0);",
    replace: "",
  },
  {
    name: "the first bisection of a core ends too late",
    file: "linearizability/core.ts",
    find: "else if (probed.order !== null) low = middle + 1;",
    replace: "else if (probed.order !== null) low = middle + 2;",
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

const inMoreFastPaths: readonly Mutant[] = [
  {
    name: "zones that overlap are let through",
    file: "linearizability/fast/zones.ts",
    find: "if (own < end && reach > begin) return [forward, group];",
    replace: "if (own < end && reach > end) return [forward, group];",
  },
  {
    name: "two cas may find one value",
    file: "linearizability/fast/blocks.ts",
    find: "if (rival !== -1) return [...this.#force(rival), ...this.#force(cluster)];",
    replace: "",
  },
  {
    name: "a read may return before its write is called",
    file: "linearizability/fast/blocks.ts",
    find: "if (end < greatest) return join([clusters.firstRow[cluster] ?? 0], greatestRow);",
    replace: "",
  },
  {
    name: "a refused cas is not looked at",
    file: "linearizability/fast/register.ts",
    find: "      clusters.refused.length === 0 || this.#place",
    replace: "      true || this.#place",
  },
  {
    name: "a list with repeated elements is taken for unambiguous",
    file: "linearizability/fast/append-list.ts",
    find: "if (appends.has(element)) twice.add(element);",
    replace: "if (appends.has(element)) continue;",
  },
  {
    name: "an element comes in before reads without it are over",
    file: "linearizability/fast/set.ts",
    find: "bound = Math.max(level.time, call[level.last] ?? 0);",
    replace: "bound = level.time;",
  },
  {
    name: "a release may come after the next grant",
    file: "linearizability/fast/tokens-granted.ts",
    find: "for (const row of releases) time = Math.max(time, call[row] ?? 0);",
    replace: "",
  },
  {
    name: "writes with an older token may follow at once",
    file: "linearizability/fast/tokens-written.ts",
    find: "if (newest === undefined || newest.token <= one.token) continue;",
    replace: "if (newest === undefined || newest.token <= one.token + 1) continue;",
  },
];

const inCounters: readonly Mutant[] = [
  {
    name: "adds of unknown outcome must take effect",
    file: "linearizability/fast/counter.ts",
    find: 'const all = fill("all", jobs, required, capacities);',
    replace: 'const all = fill("all", jobs, ids, capacities);',
  },
  {
    name: "a sum that was read need not be reached in time",
    file: "linearizability/fast/counter.ts",
    find: "if (full.short > 0) return invalid(this.#until(rows, levels.returnedAbove(full.short)));",
    replace: "",
  },
  {
    name: "a counter may fall",
    file: "linearizability/fast/counter-levels.ts",
    find: "if (this.calledBelow(level - 1) <= this.returnedAbove(level)) continue;",
    replace: "continue;",
  },
  {
    name: "an add fits into gaps that began after it returned",
    file: "linearizability/fast/counter-levels.ts",
    find: "return firstFrom(1, this.count + 1, (gap) => this.calledBelow(gap - 1) > end) - 1;",
    replace: "return this.count;",
  },
  {
    name: "an add moved into a gap leaves no room where it was",
    file: "linearizability/fast/fillings.ts",
    find: "if (before > 0 && before < end) room[before] = (room[before] ?? 0) + 1;",
    replace: "",
  },
  {
    name: "the first core of a lost add will do",
    file: "linearizability/fast/counter-cores.ts",
    find: "other < levels.count && search.looks < looksMax",
    replace: "other < 0",
  },
  {
    name: "a counter that falls is taken for one that grows",
    file: "models/counter.ts",
    find: "const isSteady = amounts.every((amount) => amount * sign >= 0);",
    replace: "const isSteady = true;",
  },
];

const inStreams: readonly Mutant[] = [
  {
    name: "a stream drops a target that took effect",
    file: "streaming/frontier-machine.ts",
    find: "if (target.isOptional) after.add(configuration);",
    replace: "",
  },
  {
    name: "a put that nothing overlaps may expect any version",
    file: "streaming/versioned-kv-machine.ts",
    find: `if (outcome !== "ok" || inputVersion !== current.number) return false;`,
    replace: `if (outcome !== "ok") return false;`,
  },
  {
    name: "a lost put is forgotten once nothing else is under way",
    file: "streaming/versioned-kv-machine.ts",
    find: "if (this.#ahead.size > 0 || next.writers.length > 0 || next.links.length > 0) return false;",
    replace: "",
  },
  {
    name: "a stream lets two puts write one version",
    file: "streaming/versioned-kv-machine.ts",
    find: "if (version.isWritten) {",
    replace: "if (version.isWritten && version.writers.length > 1) {",
  },
  {
    name: "a stream forgets what a refusal tells",
    file: "streaming/versioned-kv-machine.ts",
    find: "if (next === undefined || next.least > put.return) this.#raise(version, put.call, put);",
    replace: "",
  },
];

/** Each must be noticed by the tests of the package. */
export const mutants: readonly Mutant[] = [
  ...inReading,
  ...inModels,
  ...inSearch,
  ...inFastPaths,
  ...inMoreFastPaths,
  ...inCounters,
  ...inStreams,
];
