import { testMutants } from './hunts.ts'
import { zabMutants } from './zab-mutants.ts'

testMutants('zab', zabMutants)
