export { parseScenario } from './parse-scenario.ts'
export type * from './statement.ts'
