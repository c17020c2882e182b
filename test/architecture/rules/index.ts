import type { Rule } from '../rule.ts'
import { deepImports } from './deep-imports.ts'
import { dependencies } from './dependencies.ts'
import { importCycles, packageCycles } from './import-cycles.ts'
import { layerImports } from './layer-imports.ts'
import { fileNames, noDefaultExports, topLevelEntries } from './naming.ts'
import { packageForm } from './package-form.ts'
import { purity } from './purity.ts'
import { references } from './references.ts'
import { fileLength, fileMedian, functionLength } from './size.ts'
import { finishedWork, portableText } from './wording.ts'

/** Every law of the repository. */
export const rules: readonly Rule[] = [
  layerImports,
  deepImports,
  importCycles,
  packageCycles,
  dependencies,
  references,
  packageForm,
  purity,
  fileLength,
  fileMedian,
  functionLength,
  fileNames,
  noDefaultExports,
  topLevelEntries,
  finishedWork,
  portableText,
]
