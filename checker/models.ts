import type { Model } from "./model.ts";
import { model as appendList } from "./models/append-list.ts";
import { model as casRegister } from "./models/cas-register.ts";
import { model as counter } from "./models/counter.ts";
import { model as fencedLock } from "./models/fenced-lock.ts";
import { model as kv } from "./models/kv.ts";
import { model as mutex } from "./models/mutex.ts";
import { model as queue } from "./models/queue.ts";
import { model as register } from "./models/register.ts";
import { model as set } from "./models/set.ts";
import { model as versionedKv } from "./models/versioned-kv.ts";

// One line a model: a test asserts that these are the files of models/.
const list: readonly Model[] = [
  appendList,
  casRegister,
  counter,
  fencedLock,
  kv,
  mutex,
  queue,
  register,
  set,
  versionedKv,
];

/** Every model by its name. */
export const models: Readonly<Record<string, Model>> = Object.fromEntries(
  list.map((model) => [model.name, model]),
);
