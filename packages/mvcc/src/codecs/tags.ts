/** The first byte of every command, query, answer, result and step, in one space so that any may appear in another. */
export const tag = {
  put: 1,
  deleteRange: 2,
  txn: 3,
  compact: 4,
  range: 5,
  status: 6,
  error: 7,
} as const

/** One version for all of the machine's encodings. */
export const encodingVersion = 1
