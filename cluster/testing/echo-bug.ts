import type { Json } from "../env/env.ts";

type Rules = { readonly echo: (body: Json) => Json };

/** A planted bug of the echo program: it answers `planted` whatever it was asked. */
export const bug = {
  id: "E1",
  plant: (rules: Rules): Rules => ({ ...rules, echo: () => "planted" }),
};
