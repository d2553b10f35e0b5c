/** Identity of a failure. Printed by the CLI and matched by scripts, so a code is never renamed. */
export type ClusterErrorCode =
  | "E_DOCKER_UNAVAILABLE"
  | "E_DOCKER"
  | "E_IMAGE_MISSING"
  | "E_IMAGE_BUILD"
  | "E_SUBNET"
  | "E_PORT_IN_USE"
  | "E_NODE_UNHEALTHY"
  | "E_NODE_EXITED"
  | "E_EFFECT_OUTLIVES_HEAL"
  | "E_DISK"
  | "E_PROXY"
  | "E_AGENT"
  | "E_INTERRUPTED";

/** What a reader needs in order to act, whichever code it is. */
export type ClusterErrorDetails = {
  readonly node?: string;
  readonly container?: string;
  /** How long we waited before giving up. */
  readonly waitedMs?: number;
};

/**
 * The environment failed us: Docker, an image, a node that never became healthy (exit code 69).
 *
 * Not for findings about the subject (those are verdicts), for bad input (`InputError`) nor for our
 * own bugs (those are `AssertionError`s, which nothing catches).
 */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
  readonly code: ClusterErrorCode;
  readonly details: ClusterErrorDetails;

  constructor(
    code: ClusterErrorCode,
    message: string,
    details: ClusterErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
