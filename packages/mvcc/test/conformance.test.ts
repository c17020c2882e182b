import { machineSuite } from '@quorate/conformance'
import { describe, it } from 'vitest'
import { mvcc } from '../src/index.ts'
import { anyCommand, anyQuery } from './support/draws.ts'

const suite = machineSuite({ definition: mvcc(), command: anyCommand, query: anyQuery })

describe(suite.name, () => {
  for (const { name, run } of suite.cases) it(name, run)
})
