import { forms, type Operations, outcomes, type ValueColumn } from "./operations.ts";
import { effects, type Rule, type RuleForm, tests } from "./rules.ts";

const { ok, refused } = outcomes;

/**
 * `read`, `write` and `cas` of single values as rules: the state is the id of the value, and 0.
 *
 * A history in which a value itself has the form of a pair or of a versioned value has no such form.
 */
export const registerRules: RuleForm = {
  rises: false,
  prepare(operations) {
    const { f, functions, outcome, input, output, error, errors } = operations;
    const read = functions.indexOf("read");
    const cas = functions.indexOf("cas");
    const noKey = errors.indexOf("ErrNoKey");
    if (!hasPlainValues(operations, cas)) return null;
    return (row, rule) => {
      const end = outcome[row];
      rule.setB = 0;
      rule.b = 0;
      if (f[row] === read) {
        const sees = end === ok || end === refused;
        rule.test = sees ? tests.state : tests.none;
        rule.a = end === ok ? (output.a[row] ?? 0) : 0;
        rule.onHit = effects.stay;
        rule.onMiss = sees ? effects.impossible : effects.stay;
      } else if (f[row] === cas) {
        rule.setA = input.b[row] ?? 0;
        writeCas(rule, input.a[row] ?? 0, end, error[row] === noKey);
      } else {
        rule.test = tests.none;
        rule.setA = input.a[row] ?? 0;
        rule.onHit = end === refused ? effects.stay : effects.set;
        rule.onMiss = rule.onHit;
      }
    };
  },
  describe: ({ values }, a) => values.text(a),
};

function writeCas(rule: Rule, from: number, outcome: number | undefined, sawNone: boolean): void {
  rule.test = tests.state;
  rule.a = from;
  if (outcome !== refused) {
    rule.onHit = effects.set;
    rule.onMiss = outcome === ok ? effects.impossible : effects.stay;
    return;
  }
  // Refused: it saw another value, or no value at all.
  rule.a = sawNone ? 0 : from;
  rule.onHit = sawNone ? effects.stay : effects.impossible;
  rule.onMiss = sawNone ? effects.impossible : effects.stay;
}

function hasPlainValues({ count, f, input, output }: Operations, cas: number): boolean {
  const isPlain = ({ form }: ValueColumn, row: number): boolean =>
    form[row] === forms.plain || form[row] === forms.none;
  for (let row = 0; row < count; row++) {
    const isPair = f[row] === cas && input.form[row] === forms.pair;
    if (!isPair && (f[row] === cas || !isPlain(input, row))) return false;
    if (f[row] !== cas && !isPlain(output, row)) return false;
  }
  return true;
}
