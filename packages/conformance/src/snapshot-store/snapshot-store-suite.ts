import { buildSuite } from '../suite/build-suite.ts'
import type { Suite } from '../suite/case.ts'
import { crashCases } from './crash-cases.ts'
import { readingCases } from './reading-cases.ts'
import type { SnapshotStoreSubject } from './subject.ts'
import { writingCases } from './writing-cases.ts'

/** What every snapshot store must do (`SnapshotStore` in core), for one of them. */
export function snapshotStoreSuite(subject: SnapshotStoreSubject): Suite {
  return buildSuite('snapshot store', subject, subject.can, [...writingCases, ...readingCases, ...crashCases])
}
