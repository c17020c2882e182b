import { zab } from '../../src/index.ts'

export { type ZabMessage, type ZabState, zab } from '../../src/index.ts'

/** The wire format as data. */
export const shapesOf: Readonly<Record<string, readonly string[]>> = zab().shapes
