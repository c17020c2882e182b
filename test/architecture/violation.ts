/** One place where the repository breaks one of its own rules. */
export interface Violation {
  /** Path from the repository's root. */
  readonly file: string
  /** From 1; 0 if the whole file is meant. */
  readonly line: number
  readonly rule: string
  /** What is wrong, and what to do. */
  readonly message: string
}

/** One line for people and editors: `file:line rule: message`. */
export function formatViolation({ file, line, rule, message }: Violation): string {
  return `${line > 0 ? `${file}:${line}` : file}  ${rule}: ${message}`
}
