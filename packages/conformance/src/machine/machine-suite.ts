import { buildSuite } from '../suite/build-suite.ts'
import type { Suite } from '../suite/case.ts'
import { checkExtent } from '../suite/extent.ts'
import { applyCases } from './apply-cases.ts'
import { encodingCases } from './encoding-cases.ts'
import { snapshotCases } from './snapshot-cases.ts'
import type { AnyMachineSubject, MachineSubject } from './subject.ts'

/** What every state machine must do (`StateMachine` and `MachineDefinition` in core), for one of them. */
export function machineSuite<Command, Result, Query, Answer, Change>(
  subject: MachineSubject<Command, Result, Query, Answer, Change>,
): Suite {
  checkExtent(subject)
  return buildSuite<AnyMachineSubject, never>(
    `state machine ${subject.definition.name}`,
    subject,
    [],
    [...applyCases, ...snapshotCases, ...encodingCases],
  )
}
