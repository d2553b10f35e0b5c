import { forms, type Operations, outcomes } from "./operations.ts";
import { effects, type Rule, type RuleForm, tests } from "./rules.ts";

const { ok, refused } = outcomes;

/**
 * `get` and conditional `put` as rules: the state is the id of the value, and the version.
 *
 * A history with other arguments or results than values with versions has no such form.
 */
export const versionedRules: RuleForm = {
  rises: true,
  prepare(operations) {
    const { f, functions, outcome, input, output, error, errors } = operations;
    const get = functions.indexOf("get");
    const noKey = errors.indexOf("ErrNoKey");
    if (!isVersioned(operations, get)) return null;
    return (row, rule) => {
      const end = outcome[row];
      if (f[row] === get) {
        rule.test = end === ok ? tests.state : end === refused ? tests.second : tests.none;
        rule.a = end === ok ? (output.a[row] ?? 0) : 0;
        rule.b = end === ok ? (output.b[row] ?? 0) : 0;
        rule.onHit = effects.stay;
        rule.onMiss = end === ok || end === refused ? effects.impossible : effects.stay;
        return;
      }
      const version = input.b[row] ?? 0;
      if (end === refused) {
        writeRefused(rule, version, error[row] === noKey);
        return;
      }
      rule.test = tests.second;
      rule.b = version;
      rule.onHit = effects.set;
      rule.onMiss = end === ok ? effects.impossible : effects.stay;
      rule.setA = input.a[row] ?? 0;
      rule.setB = version + 1;
    };
  },
  describe: ({ values }, a, b) => (b === 0 ? "absent" : `${values.text(a)} at version ${b}`),
};

/** `ErrNoKey` is said of an absent key only, every other refusal of a present one with another version. */
function writeRefused(rule: Rule, version: number, sawNone: boolean): void {
  if (!sawNone) {
    rule.test = tests.secondOrZero;
    rule.b = version;
    rule.onHit = effects.impossible;
    rule.onMiss = effects.stay;
    return;
  }
  rule.test = tests.second;
  rule.b = 0;
  rule.onHit = version === 0 ? effects.impossible : effects.stay;
  rule.onMiss = effects.impossible;
}

function isVersioned({ count, f, input, output, outcome }: Operations, get: number): boolean {
  for (let row = 0; row < count; row++) {
    if (f[row] !== get) {
      // One more than a version must fit too.
      if (input.form[row] !== forms.versioned || input.b[row] === 0x7fff_ffff) return false;
    } else if (outcome[row] === ok && output.form[row] !== forms.versioned) return false;
  }
  return true;
}
