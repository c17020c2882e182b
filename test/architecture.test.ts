import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readRepository } from './architecture/repository.ts'
import { rules } from './architecture/rules/index.ts'
import { typeCycles } from './architecture/rules/import-cycles.ts'
import { medianLength } from './architecture/rules/size.ts'
import { formatViolation } from './architecture/violation.ts'
import { workspaceOf } from './architecture/workspace.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const workspace = workspaceOf(readRepository(root))

describe('the repository', () => {
  for (const rule of rules) {
    it(rule.law, () => {
      const violations = rule.check(workspace)
      if (violations.length > 0) expect.fail(`\n${violations.map(formatViolation).join('\n')}\n`)
    })
  }

  it('is measured', async ({ annotate }) => {
    const files = workspace.packages.reduce((sum, { src }) => sum + src.length, 0)
    await annotate(
      `${files} source files in ${workspace.packages.length} packages, median ${medianLength(workspace)} lines`,
    )
    for (const cycle of typeCycles(workspace)) await annotate(`types point in a circle: ${cycle}`)
    expect(files).toBeGreaterThan(0)
  })
})
