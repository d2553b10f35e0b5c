import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ClusterError } from "../errors.ts";
import { assembleBase, findRecipe } from "./base.ts";
import { type Engine, reasonOf } from "./engine.ts";
import { drain, findImage, pullImage } from "./image-store.ts";
import { packTar } from "./tar.ts";

const publicBase = "node:22-bookworm-slim";

/**
 * What nodes and agents need beside Node: nothing of ours is in the image, so it outlives every
 * change of program. A base that has the tools needs no network to be built upon.
 */
const dockerfile = `ARG BASE
FROM \${BASE}
RUN if command -v iptables && ls /usr/lib/*/faketime/libfaketimeMT.so.1; then exit 0; fi; \\
    apt-get update \\
    && apt-get install -y --no-install-recommends iptables libfaketime \\
    && rm -rf /var/lib/apt/lists/*
RUN node -e "process.exit(Number(process.versions.node.split('.')[0]) >= 18 ? 0 : 1)"
`;

export type ImageChoice = {
  /** Used as it is. */
  readonly image?: string;
  /** Built upon, instead of the public base. */
  readonly base?: string;
};

export type NodeImage = {
  /** Content id, `sha256:...`. */
  readonly id: string;
  readonly name: string;
  /** What it was built upon, and why that. */
  readonly base: string;
};

type Progress = {
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
};

/** The image that nodes run on, built when it is not there. Throws E_IMAGE_MISSING, E_IMAGE_BUILD. */
export async function ensureImage(
  engine: Engine,
  { image, base }: ImageChoice,
  progress: Progress,
): Promise<NodeImage> {
  if (image !== undefined) {
    const id = await requireImage(engine, image, progress);
    progress.onProgress(`image ${image}, as it is (--image)`);
    return { id, name: image, base: "given by --image" };
  }
  const chosen =
    base === undefined ? await chooseBase(engine, progress) : { name: base, why: "--base" };
  const baseId = await requireImage(engine, chosen.name, progress);
  const hash = createHash("sha256").update(`${dockerfile}\n${baseId}`).digest("hex");
  const name = `whitewater-node:${hash.slice(0, 12)}`;
  const described = `${chosen.name} (${chosen.why})`;

  const existing = await findImage(engine, name);
  if (existing !== null) {
    progress.onProgress(`image ${name} on ${described}: reused`);
    return { id: existing, name, base: described };
  }
  progress.onProgress(`image ${name} on ${described}: building`);
  const id = await build(engine, { name, base: chosen.name, signal: progress.signal });
  return { id, name, base: described };
}

/** The public base; where it is not here and no registry has it, one assembled from Debian packages. */
async function chooseBase(
  engine: Engine,
  progress: Progress,
): Promise<{ readonly name: string; readonly why: string }> {
  if ((await findImage(engine, publicBase)) !== null) return { name: publicBase, why: "default" };
  const recipe = await findRecipe();
  const assembled = "assembled by mmdebstrap: no registry answered";
  if (recipe !== null && (await findImage(engine, recipe.tag)) !== null) {
    return { name: recipe.tag, why: assembled };
  }
  progress.onProgress(`pulling ${publicBase}`);
  try {
    await pullImage(engine, { name: publicBase, signal: progress.signal });
    return { name: publicBase, why: "default" };
  } catch (error) {
    if (progress.signal.aborted) throw error;
    if (recipe === null) {
      throw new ClusterError(
        "E_IMAGE_BUILD",
        `${publicBase} cannot be pulled (${reasonOf(error)}), and this machine is no Debian from ` +
          "which a base could be assembled: name an image that is here with --base or --image",
        {},
        { cause: error },
      );
    }
    progress.onProgress(
      `no registry answers (${reasonOf(error)}): assembling ${recipe.tag} once, by mmdebstrap`,
    );
    await assembleBase(engine, { recipe, signal: progress.signal });
    return { name: recipe.tag, why: assembled };
  }
}

async function requireImage(engine: Engine, name: string, progress: Progress): Promise<string> {
  const present = await findImage(engine, name);
  if (present !== null) return present;
  progress.onProgress(`pulling ${name}`);
  try {
    await pullImage(engine, { name, signal: progress.signal });
    const pulled = await findImage(engine, name);
    if (pulled !== null) return pulled;
    throw new Error("the registry sent nothing");
  } catch (error) {
    throw new ClusterError(
      "E_IMAGE_MISSING",
      `the engine has no image ${name} and cannot pull it (${reasonOf(error)}): ` +
        "check the name, or pull or load it first",
      {},
      { cause: error },
    );
  }
}

async function build(
  engine: Engine,
  {
    name,
    base,
    signal,
  }: { readonly name: string; readonly base: string; readonly signal: AbortSignal },
): Promise<string> {
  const file = { path: "Dockerfile", bytes: Buffer.from(dockerfile), mode: 0o644, uid: 0 };
  try {
    const stream = await engine.buildImage(Readable.from([packTar([file])]), {
      t: name,
      buildargs: { BASE: base },
      forcerm: true,
      abortSignal: signal,
    });
    await drain(engine, stream);
    const id = await findImage(engine, name);
    if (id === null) throw new Error("the engine built nothing");
    return id;
  } catch (error) {
    throw new ClusterError(
      "E_IMAGE_BUILD",
      `the image of the nodes could not be built on ${base} (${reasonOf(error)}): it must have ` +
        "node 18 or later, and iptables and libfaketime or an apt-get that installs them",
      {},
      { cause: error },
    );
  }
}
