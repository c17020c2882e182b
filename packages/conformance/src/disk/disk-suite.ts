import { buildSuite } from '../suite/build-suite.ts'
import type { Suite } from '../suite/case.ts'
import { diskCases } from './disk-cases.ts'
import type { DiskSubject } from './subject.ts'

/** What every disk must do (`Disk` in core), for one of them. */
export function diskSuite(subject: DiskSubject): Suite {
  return buildSuite('disk', subject, subject.can, diskCases)
}
