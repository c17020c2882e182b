import { buildSuite } from '../suite/build-suite.ts'
import type { Suite } from '../suite/case.ts'
import { frameCases } from './frame-cases.ts'
import { sessionCases } from './session-cases.ts'
import type { TransportSubject } from './subject.ts'

/** What every transport with link sessions must do (`Transport` in core), for one of them. */
export function transportSuite(subject: TransportSubject): Suite {
  return buildSuite('transport', subject, subject.can, [...sessionCases, ...frameCases])
}
