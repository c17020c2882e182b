import { machineSuite } from '@quorate/conformance'
import { describe, it } from 'vitest'
import { znode } from '../src/index.ts'
import { anyCommand, anyQuery } from './support/draws.ts'

const suite = machineSuite({ definition: znode(), command: anyCommand, query: anyQuery })

describe(suite.name, () => {
  for (const { name, run } of suite.cases) it(name, run)
})
