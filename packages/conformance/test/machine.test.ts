import { machineSuite } from '../src/index.ts'
import { mustFail, mustPass } from './support/run-suite.ts'
import { tallyDefinition, tallySubject } from './support/tally.ts'
import { wrongMachines } from './wrong/machines.ts'

mustPass('a tally', machineSuite(tallySubject(tallyDefinition())))
mustFail('state machines', machineSuite, wrongMachines)
