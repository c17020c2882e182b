/**
 * Suites for log stores, snapshot stores, transports, state machines and engines.
 *
 * @packageDocumentation
 */
export {}
