/** Identity of a failure. Printed by the CLI and matched by scripts, so a code is never renamed. */
export type ReportErrorCode = "E_OUT_NOT_EMPTY" | "E_RUN_DIR";

/** A folder named by the user cannot be used as a RUN_DIR: bad input, exit code 64. */
export class ReportError extends Error {
  override readonly name = "ReportError";
  readonly code: ReportErrorCode;
  readonly details: { readonly folder: string };

  constructor(
    code: ReportErrorCode,
    message: string,
    details: { readonly folder: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** Whether it is an error of the operating system with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
