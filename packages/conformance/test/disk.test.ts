import { diskSuite } from '../src/index.ts'
import { simDisks } from './support/disk-subjects.ts'
import { mustFail, mustPass } from './support/run-suite.ts'
import { wrongDisks } from './wrong/disks.ts'

mustPass('SimDisk', diskSuite(simDisks()))
mustFail('disks', diskSuite, wrongDisks)
