import type { IDiagnostic } from '../protocol';

/**
 * Errors before warnings, each in the order of the notebook.
 *
 * @param findings - The findings.
 */
export function inOrder(findings: readonly IDiagnostic[]): IDiagnostic[] {
  const rank = ({ severity, number, line }: IDiagnostic) => [
    severity === 'error' ? 0 : 1,
    number ?? 0,
    line ?? 0
  ];
  return [...findings].sort((one, other) => {
    const [left, right] = [rank(one), rank(other)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : left[at] - right[at];
  });
}
