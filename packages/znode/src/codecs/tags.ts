/** The first byte of every command, query, answer, result and operation: ZooKeeper's numbers for those it has. */
export const tag = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getChildren: 8,
  check: 13,
  multi: 14,
  status: 200,
  error: 201,
} as const

/** One version for all of the machine's encodings. */
export const encodingVersion = 1
