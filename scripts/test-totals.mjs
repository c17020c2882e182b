// Prints how many tests passed and failed: `test-totals.mjs REPORT STATUS`, vitest's JSON report and npm's exit status.
// What failed without being a test counts as one: a check before the tests, or a test file that could not be loaded.
import { existsSync, readFileSync } from 'node:fs'

const [report = '', status = '1'] = process.argv.slice(2)
const {
  numPassedTests = 0,
  numFailedTests = 0,
  testResults = [],
} = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
const isBroken = ({ status, assertionResults }) =>
  status === 'failed' && assertionResults.every((result) => result.status !== 'failed')
const failed = numFailedTests + testResults.filter(isBroken).length
console.log(numPassedTests, failed === 0 && status !== '0' ? 1 : failed)
