import { buildSuite } from '../suite/build-suite.ts'
import type { Suite } from '../suite/case.ts'
import { crashCases } from './crash-cases.ts'
import { damageCases } from './damage-cases.ts'
import { openingCases } from './opening-cases.ts'
import { operationCases } from './operation-cases.ts'
import { readingCases } from './reading-cases.ts'
import { slotCases } from './slot-cases.ts'
import type { LogStoreSubject } from './subject.ts'
import { writingCases } from './writing-cases.ts'

/** What every log store must do (`LogStore` in core), for one of them. */
export function logStoreSuite(subject: LogStoreSubject): Suite {
  return buildSuite('log store', subject, subject.can, [
    ...openingCases,
    ...writingCases,
    ...operationCases,
    ...slotCases,
    ...readingCases,
    ...crashCases,
    ...damageCases,
  ])
}
