import { QuorateError } from '@quorate/core'

/** How much a suite does at random. */
export interface Extent {
  readonly runs?: number
  readonly length?: number
}

/** @throws QuorateError with code `USAGE` for an extent in which nothing would be checked */
export function checkExtent({ runs = 1, length = 1 }: Extent): void {
  for (const [name, value] of Object.entries({ runs, length })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new QuorateError('USAGE', `conformance: ${name} is ${value}, expected a whole number, 1 or more`)
  }
}
