import type { ExperimentReport } from '../../experiment/experiment-report.ts'
import { tableText } from './block-text.ts'
import { claimText } from './claim-text.ts'
import { hanging, wrapText } from './wrap.ts'

/** What an experiment came to, as lines. */
export function reportText(report: ExperimentReport, width: number): string[] {
  const { setting, head, rows, paths, claims } = report
  return [
    ...setting.flatMap((line) => wrapText(line, width)),
    '',
    ...tableText(head, rows, width),
    ...paths.flatMap(({ title, steps }) => [
      '',
      ...wrapText(`${title}:`, width),
      ...steps.flatMap((step, i) => hanging(`${String(i + 1).padStart(3)}. `, step, width)),
    ]),
    '',
    ...claims.flatMap((claim) => claimText(claim, width)),
  ]
}
